using System.Text;

namespace Wharf.Engine.Builds.Dockerfile;

/// <summary>How a <see cref="WordLexer"/> reads.</summary>
[Flags]
internal enum WordLexing
{
    None = 0,

    /// <summary>Quotes do their work and stay in the result.</summary>
    KeepQuotes = 1,

    /// <summary>Escapes do their work and stay in the result.</summary>
    KeepEscapes = 2,

    /// <summary>Quotes are characters like any other.</summary>
    QuotesAreText = 4,

    /// <summary>Variables without a value stay as they are written.</summary>
    KeepUnset = 8,
}

/// <summary>
/// The part of the shell's grammar (XCU 2.2 Quoting, 2.6.2 Parameter Expansion) that Dockerfiles have, with the pattern forms of bash. Where
/// the shell and BuildKit differ, this is BuildKit: <c>$1</c> and <c>$@</c> are variables that are never set, for one.
/// </summary>
internal sealed class WordLexer(string text, char escape, WordLexing how, Func<string, string?> find)
{
    /// <summary>The kernel takes no variable longer than 128 KiB (MAX_ARG_STRLEN); heredocs may be larger.</summary>
    internal const int MaxResult = 1 << 20;

    private const int MaxDepth = 64;
    private const char End = '\uFFFF';

    private int _at;
    private int _depth;

    private char Next => _at < text.Length ? text[_at] : End;

    private bool IsAtEnd => _at >= text.Length;

    /// <exception cref="FormatException">In Docker's words.</exception>
    internal (string Text, IReadOnlyList<string> Words) ReadAll()
    {
        try
        {
            return ReadUntil(null, how.HasFlag(WordLexing.KeepEscapes));
        }
        catch (FormatException problem)
        {
            throw new FormatException($"failed to process {GoText.Quote(Short(text))}: {problem.Message}", problem);
        }
    }

    private static string Short(string text) => text.Length <= 200 ? text : text[..200] + "…";

    private (string Text, IReadOnlyList<string> Words) ReadUntil(char? stop, bool keepEscapes)
    {
        if (++_depth > MaxDepth)
        {
            throw new FormatException($"substitutions are nested deeper than {MaxDepth}");
        }

        var result = new StringBuilder();
        var words = new WordSplitter();
        while (!IsAtEnd)
        {
            if (result.Length > MaxResult)
            {
                throw new FormatException($"the result is longer than {MaxResult} characters");
            }

            char c = Next;
            if (c == stop)
            {
                _at++;
                _depth--;
                return (result.ToString(), words.Finish());
            }

            if (c == '$')
            {
                string value = ReadDollar(keepEscapes);
                result.Append(value);
                words.AddSplit(value);
            }
            else if (c is '\'' or '"' && !how.HasFlag(WordLexing.QuotesAreText))
            {
                string value = c == '"' ? ReadDoubleQuoted(keepEscapes) : ReadSingleQuoted();
                result.Append(value);
                words.AddWhole(value);
            }
            else if (c == '<')
            {
                string value = ReadHeredocMark();
                result.Append(value);
                words.AddWhole(value);
            }
            else if (c == escape)
            {
                _at++;
                string value = (keepEscapes ? c.ToString() : "") + (IsAtEnd ? "" : text[_at++].ToString());
                result.Append(value);
                words.AddWhole(value);
            }
            else
            {
                _at++;
                result.Append(c);
                words.Add(c);
            }
        }

        _depth--;
        return stop is null
            ? (result.ToString(), words.Finish())
            : throw new FormatException($"unexpected end of statement while looking for matching {stop}");
    }

    private string ReadSingleQuoted()
    {
        int close = text.IndexOf('\'', _at + 1);
        if (close < 0)
        {
            throw new FormatException("unexpected end of statement while looking for matching single-quote");
        }

        string inner = how.HasFlag(WordLexing.KeepQuotes) ? text[_at..(close + 1)] : text[(_at + 1)..close];
        _at = close + 1;
        return inner;
    }

    private string ReadDoubleQuoted(bool keepEscapes)
    {
        var result = new StringBuilder();
        bool keepQuotes = how.HasFlag(WordLexing.KeepQuotes);
        result.Append(keepQuotes ? "\"" : "");
        _at++;
        while (true)
        {
            switch (Next)
            {
                case var _ when IsAtEnd:
                    throw new FormatException("unexpected end of statement while looking for matching double-quote");
                case '"':
                    _at++;
                    return result.Append(keepQuotes ? "\"" : "").ToString();
                case '$':
                    result.Append(ReadDollar(keepEscapes));
                    break;
                case var c when c == escape:
                    _at++;
                    result.Append(keepEscapes ? c.ToString() : "");

                    // Only these three can be escaped between double quotes; before anything else the escape is text. At the end it is nothing.
                    if (!IsAtEnd)
                    {
                        result.Append(Next is '"' or '$' || Next == escape ? text[_at++] : c);
                    }

                    break;
                case var c:
                    _at++;
                    result.Append(c);
                    break;
            }
        }
    }

    /// <summary><c>&lt;&lt; NAME</c>: the blanks belong to the word that follows.</summary>
    private string ReadHeredocMark()
    {
        int start = _at++;
        if (Next == '<')
        {
            _at++;
            while (Next is ' ' or '\t' or '\r')
            {
                _at++;
            }
        }

        return text[start.._at];
    }

    private string ReadDollar(bool keepEscapes)
    {
        _at++;
        if (Next != '{')
        {
            string bare = ReadName();
            return bare.Length == 0 ? "$" : find(bare) ?? (how.HasFlag(WordLexing.KeepUnset) ? "$" + bare : "");
        }

        _at++;
        if (IsAtEnd)
        {
            throw new FormatException("syntax error: missing '}'");
        }

        if (Next is '{' or '}' or ':')
        {
            throw new FormatException("syntax error: bad substitution");
        }

        string name = ReadName();
        if (IsAtEnd)
        {
            throw new FormatException("syntax error: missing '}'");
        }

        char modifier = text[_at++];
        bool isEmptyUnset = modifier == ':';
        if (isEmptyUnset)
        {
            modifier = IsAtEnd ? throw new FormatException("syntax error: missing '}'") : text[_at++];
        }

        return modifier switch
        {
            '-' or '+' or '?' => ReadConditional(name, modifier, isEmptyUnset),
            '}' when !isEmptyUnset => find(name) ?? (how.HasFlag(WordLexing.KeepUnset) ? $"${{{name}}}" : ""),
            '/' when !isEmptyUnset => Replace(name),
            '#' or '%' when !isEmptyUnset => Trim(name, modifier),
            _ => throw new FormatException($"unsupported modifier ({(isEmptyUnset ? ":" : "")}{modifier}) in substitution"),
        };
    }

    private string ReadConditional(string name, char modifier, bool isEmptyUnset)
    {
        string word = ReadPart('}', keepEscapes: false, "}'");
        string? value = find(name);
        if (value is null && how.HasFlag(WordLexing.KeepUnset))
        {
            return $"${{{name}{(isEmptyUnset ? ":" : "")}{modifier}{word}}}";
        }

        bool isSet = value is not null && !(isEmptyUnset && value.Length == 0);
        return (modifier, isSet) switch
        {
            ('-', _) => isSet ? value! : word,
            ('+', _) => isSet ? word : "",
            (_, true) => value!,
            _ => throw new FormatException($"{name}: {(word.Length > 0 ? word : $"is not allowed to be {(value is null ? "unset" : "empty")}")}"),
        };
    }

    /// <summary><c>#</c>, <c>##</c>, <c>%</c> and <c>%%</c>.</summary>
    private string Trim(string name, char modifier)
    {
        string pattern = ReadPart('}', keepEscapes: true, "}'");
        string? value = find(name);
        if (value is null && how.HasFlag(WordLexing.KeepUnset))
        {
            return $"${{{name}{modifier}{pattern}}}";
        }

        bool isLongest = pattern.StartsWith(modifier);
        WordPattern parsed = WordPattern.Parse(isLongest ? pattern[1..] : pattern);
        return modifier == '#' ? parsed.TrimStart(value ?? "", isLongest) : parsed.TrimEnd(value ?? "", isLongest);
    }

    /// <summary><c>/pattern/text</c> and <c>//pattern/text</c>.</summary>
    private string Replace(string name)
    {
        bool all = Next == '/';
        _at += all ? 1 : 0;
        string pattern = ReadPart('/', keepEscapes: true, "/' in ${}");
        string replacement = ReadPart('}', keepEscapes: true, "}'");
        string? value = find(name);
        return value is null && how.HasFlag(WordLexing.KeepUnset)
            ? $"${{{name}{(all ? "//" : "/")}{pattern}/{replacement}}}"
            : WordPattern.Parse(pattern).Replace(value ?? "", replacement, all);
    }

    private string ReadPart(char stop, bool keepEscapes, string missing)
    {
        try
        {
            return ReadUntil(stop, keepEscapes).Text;
        }
        catch (FormatException problem) when (IsAtEnd)
        {
            throw new FormatException($"syntax error: missing '{missing}", problem);
        }
    }

    /// <summary>Letters, digits and <c>_</c>; or digits alone; or one of the shell's special parameters.</summary>
    private string ReadName()
    {
        int start = _at;
        if (char.IsDigit(Next))
        {
            while (char.IsDigit(Next))
            {
                _at++;
            }
        }
        else if (Next is '@' or '*' or '#' or '?' or '-' or '$' or '!')
        {
            _at++;
        }
        else
        {
            while (!IsAtEnd && Rune.TryGetRuneAt(text, _at, out Rune rune) && (rune.Value == '_' || Rune.IsLetterOrDigit(rune)))
            {
                _at += rune.Utf16SequenceLength;
            }
        }

        return text[start.._at];
    }
}
