using System.Globalization;

namespace Wharf.Engine.Networks;

/// <summary>Docker's filters of <c>network ls</c> and <c>network prune</c>: all names must match, of the values of one any (of label all).</summary>
internal static class NetworkFilter
{
    private static readonly string[] ForList = ["dangling", "driver", "id", "label", "name", "scope", "type"];
    private static readonly string[] ForPrune = ["label", "label!", "until"];

    internal static Func<Network, bool> List(IReadOnlyDictionary<string, IReadOnlyList<string>> filters, Func<Network, bool> isUsed)
    {
        Check(filters, ForList);
        bool? dangling = Values(filters, "dangling") is [string flag, ..] ? flag is "1" or "true" : null;
        foreach (string type in Values(filters, "type").Where(type => type is not ("builtin" or "custom")))
        {
            throw WharfException.Invalid($"invalid filter: 'type'='{type}'");
        }

        return network =>
            Any(filters, "driver", value => network.Driver == value)
            && Any(filters, "id", value => network.Id.StartsWith(value, StringComparison.Ordinal))
            && Any(filters, "name", value => network.Name.Contains(value, StringComparison.Ordinal))
            && Any(filters, "scope", value => value == "local")
            && Any(filters, "type", value => network.IsPredefined == (value == "builtin"))
            && Values(filters, "label").All(value => HasLabel(network, value))
            && (dangling is null || dangling == (!network.IsPredefined && !isUsed(network)));
    }

    internal static Func<Network, bool> Prune(IReadOnlyDictionary<string, IReadOnlyList<string>> filters, TimeProvider clock)
    {
        Check(filters, ForPrune);
        DateTimeOffset? until = Values(filters, "until") is [string text, ..] ? ParseTime(text, clock) : null;
        return network =>
            Values(filters, "label").All(value => HasLabel(network, value))
            && !Values(filters, "label!").Any(value => HasLabel(network, value))
            && (until is null || network.Created < until);
    }

    /// <summary>A Unix time, an RFC 3339 time, or a duration before now (<c>24h</c>, <c>30m</c>, <c>90s</c>).</summary>
    private static DateTimeOffset ParseTime(string text, TimeProvider clock)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds))
        {
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        }

        if (text.Length > 1 && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count))
        {
            TimeSpan? unit = text[^1] switch
            {
                's' => TimeSpan.FromSeconds(1),
                'm' => TimeSpan.FromMinutes(1),
                'h' => TimeSpan.FromHours(1),
                _ => null,
            };
            if (unit is { } known)
            {
                return clock.GetUtcNow() - (known * count);
            }
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : throw WharfException.Invalid($"invalid filter 'until={text}'");
    }

    private static bool HasLabel(Network network, string filter)
    {
        int equals = filter.IndexOf('=', StringComparison.Ordinal);
        return equals < 0
            ? network.Labels.ContainsKey(filter)
            : network.Labels.TryGetValue(filter[..equals], out string? value) && value == filter[(equals + 1)..];
    }

    private static bool Any(IReadOnlyDictionary<string, IReadOnlyList<string>> filters, string name, Func<string, bool> matches) =>
        Values(filters, name) is var values && (values.Count == 0 || values.Any(matches));

    private static IReadOnlyList<string> Values(IReadOnlyDictionary<string, IReadOnlyList<string>> filters, string name) =>
        filters.TryGetValue(name, out IReadOnlyList<string>? values) ? values : [];

    private static void Check(IReadOnlyDictionary<string, IReadOnlyList<string>> filters, string[] known)
    {
        foreach (string name in filters.Keys.Where(name => !known.Contains(name)))
        {
            throw WharfException.Invalid($"invalid filter '{name}'");
        }
    }
}
