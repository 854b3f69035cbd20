using Wharf.Api.Containers;
using Wharf.Api.Images;
using Wharf.Api.Volumes;

namespace Wharf.Api.Common;

/// <summary>
/// Answer of <c>GET /system/df</c>. The flat lists are what clients before API 1.52 read; the <c>…Usage</c> objects what later ones do.
/// </summary>
public sealed class DiskUsage
{
    public long? LayersSize { get; set; }
    public IReadOnlyList<ImageSummary>? Images { get; set; }
    public IReadOnlyList<ContainerSummary>? Containers { get; set; }
    public IReadOnlyList<Volume>? Volumes { get; set; }
    public IReadOnlyList<BuildCacheRecord>? BuildCache { get; set; }

    public DiskUsageOf<ImageSummary>? ImageUsage { get; set; }
    public DiskUsageOf<ContainerSummary>? ContainerUsage { get; set; }
    public DiskUsageOf<Volume>? VolumeUsage { get; set; }
    public DiskUsageOf<BuildCacheRecord>? BuildCacheUsage { get; set; }
}

/// <typeparam name="T">Listed only when the request says <c>verbose</c>.</typeparam>
public sealed class DiskUsageOf<T>
{
    public long ActiveCount { get; set; }
    public long TotalCount { get; set; }
    public long Reclaimable { get; set; }
    public long TotalSize { get; set; }
    public IReadOnlyList<T>? Items { get; set; }
}

public sealed class BuildCacheRecord
{
    public string ID { get; set; } = "";
    public IReadOnlyList<string>? Parents { get; set; }
    public string Type { get; set; } = "";
    public string Description { get; set; } = "";
    public bool InUse { get; set; }
    public bool Shared { get; set; }
    public long Size { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? LastUsedAt { get; set; }
    public long UsageCount { get; set; }
}

/// <summary>Answer of <c>POST /build/prune</c>.</summary>
public sealed class BuildPruneResponse
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? CachesDeleted { get; set; }

    public long SpaceReclaimed { get; set; }
}
