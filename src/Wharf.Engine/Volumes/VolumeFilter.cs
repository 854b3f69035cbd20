namespace Wharf.Engine.Volumes;

/// <summary>Docker's filters of <c>volume ls</c> and <c>volume prune</c>: all names must match, of the values of one any.</summary>
internal static class VolumeFilter
{
    private static readonly string[] ForList = ["name", "label", "driver", "dangling"];
    private static readonly string[] ForPrune = ["label", "label!", "all"];

    internal static Func<Volume, bool> List(IReadOnlyDictionary<string, IReadOnlyList<string>> filters)
    {
        Check(filters, ForList);
        bool? dangling = filters.TryGetValue("dangling", out IReadOnlyList<string>? values) && values.Count > 0 ? Flag("dangling", values[0]) : null;
        return volume =>
            Any(filters, "name", value => volume.Name.Contains(value, StringComparison.Ordinal))
            && Any(filters, "driver", value => volume.Driver == value)
            && All(filters, "label", value => HasLabel(volume, value))
            && (dangling is null || dangling == (volume.Users.Count == 0));
    }

    internal static Func<Volume, bool> Prune(IReadOnlyDictionary<string, IReadOnlyList<string>> filters)
    {
        Check(filters, ForPrune);
        bool all = filters.TryGetValue("all", out IReadOnlyList<string>? values) && values.Count > 0 && Flag("all", values[0]);
        return volume =>
            volume.Users.Count == 0
            && (all || volume.IsAnonymous)
            && All(filters, "label", value => HasLabel(volume, value))
            && All(filters, "label!", value => !HasLabel(volume, value));
    }

    private static bool HasLabel(Volume volume, string filter)
    {
        int equals = filter.IndexOf('=', StringComparison.Ordinal);
        return equals < 0
            ? volume.Labels.ContainsKey(filter)
            : volume.Labels.TryGetValue(filter[..equals], out string? value) && value == filter[(equals + 1)..];
    }

    private static bool Any(IReadOnlyDictionary<string, IReadOnlyList<string>> filters, string name, Func<string, bool> matches) =>
        !filters.TryGetValue(name, out IReadOnlyList<string>? values) || values.Count == 0 || values.Any(matches);

    private static bool All(IReadOnlyDictionary<string, IReadOnlyList<string>> filters, string name, Func<string, bool> matches) =>
        !filters.TryGetValue(name, out IReadOnlyList<string>? values) || values.All(matches);

    private static bool Flag(string name, string value) => value switch
    {
        "1" or "true" => true,
        "0" or "false" => false,
        _ => throw WharfException.Invalid($"invalid filter '{name}=[{value}]'"),
    };

    private static void Check(IReadOnlyDictionary<string, IReadOnlyList<string>> filters, string[] known)
    {
        foreach (string name in filters.Keys)
        {
            if (!known.Contains(name))
            {
                throw WharfException.Invalid($"invalid filter '{name}'");
            }
        }
    }
}
