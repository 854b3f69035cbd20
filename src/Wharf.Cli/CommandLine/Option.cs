namespace Wharf.Cli.CommandLine;

/// <summary>One flag of a command: how it is written, what its help says, and what it was given.</summary>
internal abstract class Option(string name, char? shorthand, string kind, string help)
{
    internal string Name { get; } = name;

    internal char? Shorthand { get; } = shorthand;

    /// <summary>The word for its value in help: <c>string</c>, <c>list</c>, <c>bytes</c>; empty for a switch.</summary>
    internal string Kind { get; } = kind;

    internal string Help { get; } = help;

    /// <summary>What help calls the default; null where saying it helps nobody.</summary>
    internal string? ShownDefault { get; init; }

    internal bool IsSet { get; private set; }

    /// <summary>The value of a flag written without one (<c>--rm</c> is <c>--rm=true</c>); null if it takes the next word.</summary>
    internal virtual string? ImpliedValue => null;

    /// <exception cref="UsageException">The text is no value of this flag.</exception>
    internal void Set(string text)
    {
        try
        {
            Accept(text);
            IsSet = true;
        }
        catch (FormatException e)
        {
            string spelling = Shorthand is { } letter ? $"-{letter}, --{Name}" : $"--{Name}";
            throw new UsageException($"invalid argument \"{text}\" for \"{spelling}\" flag: {e.Message}");
        }
    }

    protected abstract void Accept(string text);
}

/// <summary>A flag with one value; given twice, the last one counts.</summary>
internal sealed class Option<T>(string name, char? shorthand, string kind, string help, T initial, Func<string, T> parse)
    : Option(name, shorthand, kind, help)
{
    internal T Value { get; private set; } = initial;

    internal override string? ImpliedValue => typeof(T) == typeof(bool) ? "true" : null;

    protected override void Accept(string text) => Value = parse(text);
}

/// <summary>A flag that may be given many times.</summary>
internal sealed class ListOption(string name, char? shorthand, string kind, string help, Func<string, string>? check)
    : Option(name, shorthand, kind, help)
{
    private readonly List<string> _values = [];

    internal IReadOnlyList<string> Values => _values;

    /// <summary>The values, or null when there are none: the wire says null for that.</summary>
    internal IReadOnlyList<string>? ValuesOrNull => _values.Count > 0 ? _values : null;

    protected override void Accept(string text) => _values.Add(check is null ? text : check(text));
}
