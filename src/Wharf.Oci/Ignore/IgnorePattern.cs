using System.Text;

namespace Wharf.Oci.Ignore;

/// <summary>
/// One pattern of a <c>.dockerignore</c>, compiled. <c>*</c> is any text and <c>?</c> any character without <c>/</c>, <c>[a-z]</c> and
/// <c>[^a-z]</c> one of a class, <c>**/</c> any number of directories, <c>**</c> at the end everything, <c>\</c> takes the meaning from what
/// follows.
/// </summary>
internal sealed class IgnorePattern
{
    private const int MaxLength = 4096;

    private readonly Shape _shape;

    /// <summary>The whole, the beginning or the end, by shape; of a glob what it begins with.</summary>
    private readonly string _text;

    /// <summary>Of a glob what it ends with, which most paths do not.</summary>
    private readonly string _ending;
    private readonly Token[] _tokens;

    private IgnorePattern(Shape shape, string text, string ending = "", Token[]? tokens = null)
    {
        _shape = shape;
        _text = text;
        _ending = ending;
        _tokens = tokens ?? [];
    }

    private enum Shape
    {
        Exact,

        /// <summary><c>text**</c>.</summary>
        Beginning,

        /// <summary><c>**text</c>; patternmatcher lets it begin within a name.</summary>
        Ending,
        Glob,
    }

    private enum Kind
    {
        Literal,
        AnyCharacter,
        AnyName,
        Class,

        /// <summary>May be nothing; or, by the next token, anything up to a slash.</summary>
        MaybeDirectories,
        Directories,
        Anything,
    }

    /// <param name="pattern">Clean, without a slash at its ends.</param>
    /// <exception cref="FormatException">It is malformed.</exception>
    internal static IgnorePattern Parse(string pattern)
    {
        if (pattern.Length > MaxLength)
        {
            throw new FormatException($"pattern longer than {MaxLength} characters");
        }

        Token[] tokens = [.. new Scanner(pattern).Scan()];
        int firstSpecial = Array.FindIndex(tokens, token => token.Kind != Kind.Literal);
        bool isPlain = !pattern.Contains('\\', StringComparison.Ordinal);
        if (firstSpecial < 0)
        {
            return new IgnorePattern(Shape.Exact, TextOf(tokens));
        }

        if (firstSpecial == tokens.Length - 1 && tokens[^1].Kind == Kind.Anything)
        {
            return new IgnorePattern(firstSpecial == 0 ? Shape.Ending : Shape.Beginning, TextOf(tokens.AsSpan(0, firstSpecial)));
        }

        if (isPlain && tokens[0].Kind == Kind.MaybeDirectories && tokens.AsSpan(2).ToArray().All(token => token.Kind == Kind.Literal))
        {
            return new IgnorePattern(Shape.Ending, pattern[2..]);
        }

        int lastSpecial = Array.FindLastIndex(tokens, token => token.Kind != Kind.Literal);
        return new IgnorePattern(Shape.Glob, TextOf(tokens.AsSpan(0, firstSpecial)), TextOf(tokens.AsSpan(lastSpecial + 1)), tokens);
    }

    internal bool Matches(string path) => _shape switch
    {
        Shape.Exact => path == _text,
        Shape.Beginning => path.StartsWith(_text, StringComparison.Ordinal),
        Shape.Ending => path.EndsWith(_text, StringComparison.Ordinal) || (_text.StartsWith('/') && path.AsSpan().SequenceEqual(_text.AsSpan(1))),
        _ => path.StartsWith(_text, StringComparison.Ordinal)
            && path.EndsWith(_ending, StringComparison.Ordinal)
            && Run(path, out bool isMatch)
            && isMatch,
    };

    /// <summary>Whether it may match something that begins so.</summary>
    /// <param name="directory">With a slash at its end.</param>
    internal bool CanMatchBelow(string directory) => _shape switch
    {
        Shape.Exact => _text.StartsWith(directory, StringComparison.Ordinal),
        Shape.Beginning => _text.StartsWith(directory, StringComparison.Ordinal) || directory.StartsWith(_text, StringComparison.Ordinal),
        Shape.Ending => true,
        _ => Run(directory, out _),
    };

    private static string TextOf(ReadOnlySpan<Token> literals)
    {
        var text = new StringBuilder();
        foreach (Token literal in literals)
        {
            text.Append(new Rune(literal.Rune).ToString());
        }

        return text.ToString();
    }

    /// <summary>Follows all ways to match at once: time is at most path times pattern.</summary>
    /// <param name="isMatch">Whether it matches the whole path.</param>
    /// <returns>Whether it matches it, or something longer.</returns>
    private bool Run(string path, out bool isMatch)
    {
        Span<bool> current = stackalloc bool[_tokens.Length + 1];
        Span<bool> following = stackalloc bool[_tokens.Length + 1];
        Reach(current, 0);
        bool isAlive = true;
        foreach (Rune rune in path.EnumerateRunes())
        {
            following.Clear();
            isAlive = false;
            for (int i = 0; i < _tokens.Length; i++)
            {
                if (current[i])
                {
                    isAlive |= Step(following, i, rune.Value);
                }
            }

            Span<bool> spent = current;
            current = following;
            following = spent;
            if (!isAlive)
            {
                break;
            }
        }

        isMatch = isAlive && current[_tokens.Length];
        return isAlive;
    }

    private bool Step(Span<bool> following, int state, int rune)
    {
        Token token = _tokens[state];
        switch (token.Kind)
        {
            case Kind.Literal when rune == token.Rune:
            case Kind.AnyCharacter when rune != '/':
            case Kind.Class when token.Class!.Contains(rune):
                Reach(following, state + 1);
                return true;
            case Kind.AnyName when rune != '/':
            case Kind.Anything:
            case Kind.Directories when rune != '/':
                Reach(following, state);
                return true;
            case Kind.Directories:
                Reach(following, state);
                Reach(following, state + 1);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Whoever is before what may be nothing is behind it too.</summary>
    private void Reach(Span<bool> states, int state)
    {
        if (states[state])
        {
            return;
        }

        states[state] = true;
        if (state == _tokens.Length)
        {
            return;
        }

        if (_tokens[state].Kind is Kind.AnyName or Kind.Anything)
        {
            Reach(states, state + 1);
        }
        else if (_tokens[state].Kind == Kind.MaybeDirectories)
        {
            Reach(states, state + 1);
            Reach(states, state + 2);
        }
    }

    private readonly record struct Token(Kind Kind, int Rune = 0, CharacterClass? Class = null);

    private sealed record CharacterClass(bool IsNegated, IReadOnlyList<(int First, int Last)> Ranges)
    {
        internal bool Contains(int rune) => Ranges.Any(range => range.First <= rune && rune <= range.Last) != IsNegated;
    }

    /// <summary>Reads a pattern by the grammar of Go's <c>filepath.Match</c>, with <c>**</c>.</summary>
    private sealed class Scanner(string pattern)
    {
        private readonly int[] _runes = [.. pattern.EnumerateRunes().Select(rune => rune.Value)];
        private int _at;

        private int Next => _at < _runes.Length ? _runes[_at] : -1;

        internal IEnumerable<Token> Scan()
        {
            while (_at < _runes.Length)
            {
                int rune = _runes[_at++];
                switch (rune)
                {
                    case '*' when Next == '*':
                        _at++;
                        _at += Next == '/' ? 1 : 0;
                        if (_at == _runes.Length)
                        {
                            yield return new Token(Kind.Anything);
                        }
                        else
                        {
                            yield return new Token(Kind.MaybeDirectories);
                            yield return new Token(Kind.Directories);
                        }

                        break;
                    case '*':
                        yield return new Token(Kind.AnyName);
                        break;
                    case '?':
                        yield return new Token(Kind.AnyCharacter);
                        break;
                    case '[':
                        yield return new Token(Kind.Class, 0, ReadClass());
                        break;
                    case '\\':
                        yield return new Token(Kind.Literal, _at < _runes.Length ? _runes[_at++] : throw Malformed());
                        break;
                    default:
                        yield return new Token(Kind.Literal, rune);
                        break;
                }
            }
        }

        private CharacterClass ReadClass()
        {
            bool isNegated = Next == '^';
            _at += isNegated ? 1 : 0;
            List<(int, int)> ranges = [];
            while (ranges.Count == 0 || Next != ']')
            {
                int first = ReadMember();
                int last = first;
                if (Next == '-')
                {
                    _at++;
                    last = ReadMember();
                }

                ranges.Add((first, last));
            }

            _at++;
            return new CharacterClass(isNegated, ranges);
        }

        private int ReadMember()
        {
            if (Next is -1 or '-' or ']')
            {
                throw Malformed();
            }

            _at += Next == '\\' ? 1 : 0;
            return _at < _runes.Length ? _runes[_at++] : throw Malformed();
        }

        private FormatException Malformed() => new($"syntax error in pattern: {pattern}");
    }
}
