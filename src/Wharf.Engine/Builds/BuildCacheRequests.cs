namespace Wharf.Engine.Builds;

/// <summary><c>builder prune</c>. Without limits, everything that the filters let through goes.</summary>
public sealed record BuildPruneRequest
{
    /// <summary>Also what images hold too, which frees nothing but makes the next build run again. What a running build uses always stays.</summary>
    public bool All { get; init; }

    /// <summary>until, id, parent, type, description, inuse, mutable, immutable, shared, private; each may be negated with <c>!</c> before <c>=</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Filters { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Bytes that are always kept, those used last (<c>keep-storage</c>, <c>reserved-space</c>).</summary>
    public long? ReservedSpace { get; init; }

    /// <summary>Stop once the cache is no larger than this.</summary>
    public long? MaxUsedSpace { get; init; }

    /// <summary>Stop once the file system has so much free.</summary>
    public long? MinFreeSpace { get; init; }
}

public sealed record BuildPruneResult(IReadOnlyList<string> Deleted, long SpaceReclaimed);

/// <summary>One thing that the cache holds, as <c>system df -v</c> and <c>GET /system/df</c> show it.</summary>
/// <param name="Parents">Ids of the records that it was made from.</param>
/// <param name="Type">regular, source.local, source.http, source.git.checkout or exec.cachemount.</param>
/// <param name="IsShared">An image has it too, so that removing it frees nothing.</param>
public sealed record BuildCacheRecord(
    string Id,
    IReadOnlyList<string> Parents,
    string Type,
    string Description,
    bool InUse,
    bool IsShared,
    long Size,
    DateTimeOffset Created,
    DateTimeOffset? LastUsed,
    int UseCount);
