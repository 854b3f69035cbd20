namespace Wharf.Cli.ContainerOptions;

/// <summary><c>key=value</c> lists, as a dictionary; the last of equal keys wins.</summary>
internal static class KeyValues
{
    internal static Dictionary<string, string> Parse(IEnumerable<string> pairs)
    {
        var parsed = new Dictionary<string, string>();
        foreach (string pair in pairs)
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            parsed[equals < 0 ? pair : pair[..equals]] = equals < 0 ? "" : pair[(equals + 1)..];
        }

        return parsed;
    }

    /// <summary>As <see cref="Parse"/>, but null for no pairs and an error for one without a value.</summary>
    internal static Dictionary<string, string>? ParseStrict(IReadOnlyList<string> pairs, string complaint)
    {
        foreach (string pair in pairs)
        {
            if (!pair.Contains('=', StringComparison.Ordinal))
            {
                throw new FormatException($"{complaint}: {pair}");
            }
        }

        return pairs.Count > 0 ? Parse(pairs) : null;
    }
}
