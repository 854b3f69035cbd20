namespace Wharf.Daemon.Versions;

/// <summary>What API 1.42 changed, for clients that speak an older one.</summary>
internal static class V1_42
{
    private static readonly ApiVersion Version = new(1, 42);

    /// <summary>A prune took every unused volume; since 1.42 only anonymous ones, unless asked for <c>all</c>.</summary>
    internal static IReadOnlyDictionary<string, IReadOnlyList<string>> VolumePruneFilters(
        ApiVersion client, IReadOnlyDictionary<string, IReadOnlyList<string>> filters) =>
        client >= Version ? filters : new Dictionary<string, IReadOnlyList<string>>(filters) { ["all"] = ["true"] };
}
