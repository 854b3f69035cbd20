using System.Text;

namespace Wharf.Engine.Builds.Dockerfile;

/// <summary>
/// A pattern of <c>${v#…}</c>, <c>${v%…}</c> or <c>${v/…}</c>: <c>*</c> is any text, <c>?</c> one character, both within one line; brackets
/// mean nothing. <c>\</c> escapes these and itself, and <c>}</c> and <c>/</c>, which would end the pattern.
/// </summary>
internal sealed class WordPattern
{
    private const int AnyText = -1;
    private const int AnyCharacter = -2;

    /// <summary>A pattern with many stars and a long value must not hold up a build.</summary>
    private const long MaxSteps = 10_000_000;

    private readonly int[] _tokens;
    private long _steps;

    private WordPattern(int[] tokens) => _tokens = tokens;

    /// <exception cref="FormatException">An escape of something else.</exception>
    internal static WordPattern Parse(string text)
    {
        List<int> tokens = [];
        int[] runes = RunesOf(text);
        for (int i = 0; i < runes.Length; i++)
        {
            int rune = runes[i];
            if (rune == '\\')
            {
                rune = ++i < runes.Length ? runes[i] : 0;
                if (rune is not ('*' or '?' or '\\' or '}' or '/'))
                {
                    throw new FormatException($"invalid pattern ({text}) in substitution: invalid escape '\\{(rune == 0 ? "" : new Rune(rune))}'");
                }

                tokens.Add(rune);
                continue;
            }

            tokens.Add(rune switch { '*' => AnyText, '?' => AnyCharacter, _ => rune });
        }

        return new WordPattern([.. tokens]);
    }

    /// <summary>The value without the shortest or longest beginning that matches.</summary>
    internal string TrimStart(string value, bool longest)
    {
        int[] runes = RunesOf(value);
        int length = Match(runes, 0, longest);
        return length <= 0 ? value : TextOf(runes.AsSpan(length));
    }

    /// <summary>The value without the shortest or longest end that matches.</summary>
    internal string TrimEnd(string value, bool longest)
    {
        int[] runes = RunesOf(value);
        Array.Reverse(runes);
        int length = new WordPattern([.. _tokens.Reverse()]).Match(runes, 0, longest);
        if (length <= 0)
        {
            return value;
        }

        Array.Reverse(runes);
        return TextOf(runes.AsSpan(0, runes.Length - length));
    }

    /// <summary>The value with the first longest match, or every one from the left, replaced.</summary>
    internal string Replace(string value, string replacement, bool all)
    {
        int[] runes = RunesOf(value);
        var result = new StringBuilder();
        bool isDone = false;
        int previousEnd = -1;
        for (int at = 0; at <= runes.Length;)
        {
            int length = isDone ? -1 : Match(runes, at, longest: true);
            if (length == 0 && at == previousEnd)
            {
                length = -1;
            }

            if (length >= 0)
            {
                result.Append(replacement);
                previousEnd = at + length;
                isDone = !all;
            }

            // After an empty match, and where nothing matches, the next character stays.
            if (length <= 0 && at < runes.Length)
            {
                result.Append(new Rune(runes[at]).ToString());
            }

            at += Math.Max(length, 1);
            if (result.Length > WordLexer.MaxResult)
            {
                throw new FormatException($"the result is longer than {WordLexer.MaxResult} characters");
            }
        }

        return result.ToString();
    }

    /// <summary>
    /// How many characters from <paramref name="start"/> match; -1 for none. All ways to match are followed at once, so time is at most text
    /// times pattern.
    /// </summary>
    private int Match(int[] runes, int start, bool longest)
    {
        bool[] current = new bool[_tokens.Length + 1];
        bool[] following = new bool[_tokens.Length + 1];
        Reach(current, 0);
        int found = -1;
        for (int at = start; ; at++)
        {
            if (current[_tokens.Length])
            {
                found = at - start;
                if (!longest)
                {
                    return found;
                }
            }

            if (at == runes.Length || !Step(current, following, runes[at]))
            {
                return found;
            }

            (current, following) = (following, current);
        }
    }

    private bool Step(bool[] current, bool[] following, int rune)
    {
        Array.Clear(following);
        bool isAlive = false;
        for (int i = 0; i < _tokens.Length; i++)
        {
            if (!current[i])
            {
                continue;
            }

            bool isHit = _tokens[i] is AnyText or AnyCharacter ? rune != '\n' : _tokens[i] == rune;
            if (isHit)
            {
                Reach(following, _tokens[i] == AnyText ? i : i + 1);
                isAlive = true;
            }
        }

        _steps += _tokens.Length;
        return _steps <= MaxSteps ? isAlive : throw new FormatException("the pattern in the substitution takes too long to match");
    }

    /// <summary>A star can be nothing: whoever is before it is behind it too.</summary>
    private void Reach(bool[] states, int state)
    {
        states[state] = true;
        for (; state < _tokens.Length && _tokens[state] == AnyText; state++)
        {
            states[state + 1] = true;
        }
    }

    private static int[] RunesOf(string text) => [.. text.EnumerateRunes().Select(rune => rune.Value)];

    private static string TextOf(ReadOnlySpan<int> runes)
    {
        var text = new StringBuilder();
        foreach (int rune in runes)
        {
            text.Append(new Rune(rune).ToString());
        }

        return text.ToString();
    }
}
