using Wharf.Engine.Builds.Context;

namespace Wharf.Engine.Builds.Cache;

/// <summary>What is pruned after each build. The default rules are BuildKit's: first what is cheap to make again, then what is old, then the rest.</summary>
internal static class CacheRules
{
    private const long CheapSpace = 512L << 20;
    private const long LargestDefault = 20L << 30;

    private static readonly string[] s_cheap = [ContextStore.RecordType, CacheRecord.Mount];

    /// <param name="diskSize">Of the file system that the cache is on.</param>
    internal static IReadOnlyList<BuildPruneRequest> Of(BuildCacheOptions options, long diskSize)
    {
        if (!options.IsCollected)
        {
            return [];
        }

        if (options.Policy is { } policy)
        {
            return [.. policy.Select(rule => new BuildPruneRequest { All = rule.All, Filters = rule.Filters }.Within(rule.Limits))];
        }

        BuildCacheLimits limits = options.Limits == new BuildCacheLimits()
            ? new BuildCacheLimits(MaxUsedSpace: Math.Min(LargestDefault, diskSize / 10))
            : options.Limits;
        return
        [
            new BuildPruneRequest { Filters = new Dictionary<string, IReadOnlyList<string>> { ["type"] = s_cheap, ["unused-for"] = ["48h"] } }
                .Within(new BuildCacheLimits(MaxUsedSpace: CheapSpace)),
            new BuildPruneRequest { Filters = new Dictionary<string, IReadOnlyList<string>> { ["unused-for"] = ["1440h"] } }.Within(limits),
            new BuildPruneRequest().Within(limits),
        ];
    }

    private static BuildPruneRequest Within(this BuildPruneRequest request, BuildCacheLimits limits) => request with
    {
        ReservedSpace = limits.ReservedSpace,
        MaxUsedSpace = limits.MaxUsedSpace,
        MinFreeSpace = limits.MinFreeSpace,
    };
}
