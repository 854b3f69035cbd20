namespace Wharf.Runtime.Commands;

/// <summary>A command's words, taken apart as runc takes them: <c>--name value</c>, <c>--name=value</c>, <c>-n value</c>; options end at the first word.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, List<string>> _options = [];

    /// <param name="flags">Options without a value.</param>
    /// <param name="values">Options with one; a short form follows after a bar: <c>bundle|b</c>.</param>
    internal Arguments(ReadOnlySpan<string> words, IReadOnlyList<string> flags, IReadOnlyList<string> values)
    {
        int at = 0;
        while (at < words.Length && words[at].Length > 1 && words[at][0] == '-')
        {
            string word = words[at++];
            if (word == "--")
            {
                break;
            }

            string[] parts = word.TrimStart('-').Split('=', 2);
            if (Find(flags, parts[0]) is { } flag)
            {
                Add(flag, parts.Length == 1 ? "true" : parts[1]);
            }
            else if (Find(values, parts[0]) is { } option)
            {
                if (parts.Length == 1 && at == words.Length)
                {
                    throw new RuntimeFailure($"option {word} needs a value");
                }

                Add(option, parts.Length == 2 ? parts[1] : words[at++]);
            }
            else
            {
                throw new RuntimeFailure($"unknown option {word}");
            }
        }

        Rest = words[at..].ToArray();
    }

    /// <summary>The words after the options.</summary>
    internal string[] Rest { get; }

    internal bool Has(string flag) => _options.TryGetValue(flag, out List<string>? given) && given[^1] is not ("false" or "0");

    internal string? Value(string option) => _options.TryGetValue(option, out List<string>? given) ? given[^1] : null;

    internal IReadOnlyList<string> Values(string option) => _options.TryGetValue(option, out List<string>? given) ? given : [];

    /// <summary>The container's id, which must be the word at <paramref name="index"/>.</summary>
    internal string Id(int index = 0) => Rest.Length > index ? Rest[index] : throw new RuntimeFailure("a container id is needed");

    /// <summary>An option that counts something; 0 when it is not given.</summary>
    internal int Count(string option) => Value(option) is { } text ? Number(option, text) : 0;

    internal static int Number(string option, string text) =>
        int.TryParse(text, out int number) && number >= 0 ? number : throw new RuntimeFailure($"--{option}: '{text}' is not a number");

    private static string? Find(IReadOnlyList<string> declared, string name)
    {
        foreach (string option in declared)
        {
            int bar = option.IndexOf('|', StringComparison.Ordinal);
            string longName = bar < 0 ? option : option[..bar];
            if (name == longName || (bar >= 0 && name == option[(bar + 1)..]))
            {
                return longName;
            }
        }

        return null;
    }

    private void Add(string option, string value)
    {
        if (!_options.TryGetValue(option, out List<string>? given))
        {
            _options[option] = given = [];
        }

        given.Add(value);
    }
}
