namespace Wharf.Engine.Host;

/// <summary>os-release(5): which distribution this is.</summary>
internal static class OsRelease
{
    private static readonly string[] Places = ["/etc/os-release", "/usr/lib/os-release"];

    internal static IReadOnlyDictionary<string, string> Read()
    {
        string? path = Places.FirstOrDefault(File.Exists);
        return path is null ? new Dictionary<string, string>() : Parse(File.ReadLines(path));
    }

    /// <summary>Assignments as a shell would read them, as far as the manual allows: one a line, perhaps in quotes, with backslashes.</summary>
    internal static IReadOnlyDictionary<string, string> Parse(IEnumerable<string> lines)
    {
        var values = new Dictionary<string, string>();
        foreach (string line in lines)
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && line[0] != '#')
            {
                values[line[..equals]] = Unquote(line[(equals + 1)..].Trim());
            }
        }

        return values;
    }

    private static string Unquote(string value)
    {
        bool quoted = value.Length >= 2 && value[0] is '"' or '\'' && value[^1] == value[0];
        string inner = quoted ? value[1..^1] : value;
        return inner.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\$", "$", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
    }
}
