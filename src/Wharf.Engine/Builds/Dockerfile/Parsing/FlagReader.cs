using System.Text;

namespace Wharf.Engine.Builds.Dockerfile.Parsing;

/// <summary>One <c>--name[=value]</c> before the arguments of an instruction.</summary>
/// <param name="Value">Null when there is no <c>=</c>. Quotes are taken away.</param>
internal sealed record Flag(string Name, Word? Value, SourceRange Source)
{
    /// <summary>Part of the value, with its own place where quotes have moved nothing.</summary>
    internal Word Part(int start, int end)
    {
        Word value = Value!.Value;
        SourcePosition first = value.Source.Start;
        bool isExact = value.Source.End.Line == first.Line && value.Source.End.Column - first.Column == value.Text.Length;
        SourceRange place = isExact
            ? value.Source with { Start = first with { Column = first.Column + start }, End = first with { Column = first.Column + end } }
            : value.Source;
        return new Word(value.Text[start..end], place);
    }
}

/// <summary>Reads the flags of an instruction. Blanks between quotes or behind an escape belong to the flag.</summary>
internal sealed class FlagReader(LogicalLine line, char escape)
{
    private readonly string _text = line.Text;

    /// <param name="rest">Where the arguments begin: behind the last flag, or behind <c>--</c>.</param>
    internal IReadOnlyList<Flag> Read(int at, out int rest)
    {
        List<Flag> flags = [];
        while (true)
        {
            while (at < _text.Length && char.IsWhiteSpace(_text[at]))
            {
                at++;
            }

            rest = at;
            if (!_text.AsSpan(at).StartsWith("--"))
            {
                return flags;
            }

            string word = ReadWord(ref at, out int equals);
            if (word == "--")
            {
                rest = at;
                return flags;
            }

            flags.Add(ToFlag(word, rest, at, equals));
        }
    }

    private Flag ToFlag(string word, int start, int end, int equals)
    {
        int separator = word.IndexOf('=', StringComparison.Ordinal);
        return separator < 0
            ? new Flag(word[2..], null, line.Range(start, end))
            : new Flag(word[2..separator], new Word(word[(separator + 1)..], line.Range(equals + 1, end)), line.Range(start, end));
    }

    /// <param name="equals">Where the first <c>=</c> stands.</param>
    private string ReadWord(ref int at, out int equals)
    {
        var word = new StringBuilder();
        char quote = '\0';
        equals = -1;
        for (; at < _text.Length && (quote != '\0' || !char.IsWhiteSpace(_text[at])); at++)
        {
            char c = _text[at];
            if (c == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && c is '"' or '\'')
            {
                quote = c;
            }
            else
            {
                // An escape at the very end is nothing.
                at += c == escape ? 1 : 0;
                equals = equals < 0 && c == '=' ? at : equals;
                word.Append(at < _text.Length ? _text[at].ToString() : "");
            }
        }

        at = Math.Min(at, _text.Length);
        return word.ToString();
    }
}
