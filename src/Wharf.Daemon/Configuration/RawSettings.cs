namespace Wharf.Daemon.Configuration;

/// <summary>Settings as text, by <see cref="DaemonOption.Name"/>: what the command line and the file have in common before values are understood.</summary>
internal sealed class RawSettings
{
    private readonly Dictionary<string, List<string>> _values = [];

    internal IEnumerable<string> Names => _values.Keys;

    internal void Set(string name, string value) => _values[name] = [value];

    internal void Add(string name, string value)
    {
        if (_values.TryGetValue(name, out List<string>? values))
        {
            values.Add(value);
        }
        else
        {
            Set(name, value);
        }
    }

    internal bool Has(string name) => _values.ContainsKey(name);

    internal string? Text(string name) => _values.TryGetValue(name, out List<string>? values) ? values[^1] : null;

    internal IReadOnlyList<string> List(string name) => _values.TryGetValue(name, out List<string>? values) ? values : [];

    internal bool Switch(string name, bool missing = false) => Text(name) switch
    {
        null => missing,
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        { } other => throw new ConfigurationException($"invalid argument \"{other}\" for \"--{name}\" flag: strconv.ParseBool: parsing \"{other}\": invalid syntax"),
    };

    internal int? Number(string name) => Text(name) switch
    {
        null => null,
        { } text when int.TryParse(text, out int number) => number,
        { } text => throw new ConfigurationException($"invalid argument \"{text}\" for \"--{name}\" flag: strconv.ParseInt: parsing \"{text}\": invalid syntax"),
    };

    /// <summary>Both together. One setting in both is refused, in dockerd's words: which of the two was meant is not for us to guess.</summary>
    internal static RawSettings Merge(RawSettings flags, RawSettings file)
    {
        List<string> conflicts = [.. flags.Names.Where(file.Has).Order().Select(name =>
            $"{name}: (from flag: {Show(flags.List(name))}, from file: {Show(file.List(name))})")];
        if (conflicts.Count > 0)
        {
            throw new ConfigurationException(
                "the following directives are specified both as a flag and in the configuration file: " + string.Join(", ", conflicts));
        }

        var merged = new RawSettings();
        foreach (RawSettings source in (ReadOnlySpan<RawSettings>)[flags, file])
        {
            foreach ((string name, List<string> values) in source._values)
            {
                merged._values[name] = values;
            }
        }

        return merged;
    }

    private static string Show(IReadOnlyList<string> values) => values.Count == 1 ? values[0] : $"[{string.Join(' ', values)}]";
}
