namespace Wharf.Engine;

/// <summary>How the build cache is kept small after each build (<c>builder.gc</c> in daemon.json).</summary>
public sealed record BuildCacheOptions
{
    /// <summary>False leaves everything until somebody prunes.</summary>
    public bool IsCollected { get; init; } = true;

    /// <summary>Limits of the default rules; without any of the three, a tenth of the disk but at most 20 GiB.</summary>
    public BuildCacheLimits Limits { get; init; } = new();

    /// <summary>Rules in the place of the default ones, applied one after the other.</summary>
    public IReadOnlyList<BuildCacheRule>? Policy { get; init; }
}

/// <param name="ReservedSpace">Bytes that stay in any case, those used last.</param>
/// <param name="MaxUsedSpace">Bytes that the cache may hold.</param>
/// <param name="MinFreeSpace">Bytes of the file system that should be free.</param>
public sealed record BuildCacheLimits(long? ReservedSpace = null, long? MaxUsedSpace = null, long? MinFreeSpace = null);

/// <param name="All">Also what images hold too.</param>
/// <param name="Filters">As those of <c>builder prune</c>: what they let through may go, once the limits are passed.</param>
public sealed record BuildCacheRule(bool All, IReadOnlyDictionary<string, IReadOnlyList<string>> Filters, BuildCacheLimits Limits);
