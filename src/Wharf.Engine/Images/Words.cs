using System.Text;

namespace Wharf.Engine.Images;

/// <summary>Splits at blanks outside of quotes, which it takes away, as Dockerfile instructions are written.</summary>
internal static class Words
{
    internal static IReadOnlyList<string> Split(string text)
    {
        List<string> words = [];
        var word = new StringBuilder();
        bool isInside = false;
        char quote = '\0';
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (isInside)
                {
                    words.Add(word.ToString());
                    word.Clear();
                }

                isInside = false;
                continue;
            }

            isInside = true;
            if (c == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && (c is '"' or '\''))
            {
                quote = c;
            }
            else if (c == '\\' && quote != '\'' && i + 1 < text.Length)
            {
                word.Append(text[++i]);
            }
            else
            {
                word.Append(c);
            }
        }

        if (isInside)
        {
            words.Add(word.ToString());
        }

        return words;
    }
}
