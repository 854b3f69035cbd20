using System.Text;

namespace Wharf.Engine.Builds.Dockerfile;

/// <summary>Collects the words of a text that is being expanded: what was quoted or escaped never splits.</summary>
internal sealed class WordSplitter
{
    private readonly List<string> _words = [];
    private readonly StringBuilder _word = new();

    internal void Add(char c)
    {
        if (char.IsWhiteSpace(c))
        {
            Close();
        }
        else
        {
            _word.Append(c);
        }
    }

    /// <summary>Splits at the blanks in it.</summary>
    internal void AddSplit(string value)
    {
        foreach (char c in value)
        {
            Add(c);
        }
    }

    /// <summary>Blanks in it are part of the word.</summary>
    internal void AddWhole(string value) => _word.Append(value);

    internal IReadOnlyList<string> Finish()
    {
        Close();
        return _words;
    }

    private void Close()
    {
        if (_word.Length > 0)
        {
            _words.Add(_word.ToString());
            _word.Clear();
        }
    }
}
