namespace Wharf.Api.Volumes;

/// <summary>A volume, as every volume call answers.</summary>
public sealed class Volume
{
    /// <summary>RFC 3339, whole seconds.</summary>
    public string? CreatedAt { get; set; }

    public string Driver { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyDictionary<string, string>? Labels { get; set; }

    public string Mountpoint { get; set; } = "";
    public string Name { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyDictionary<string, string>? Options { get; set; }

    public string Scope { get; set; } = "local";

    /// <summary>In <c>/system/df</c> only.</summary>
    public VolumeUsageData? UsageData { get; set; }
}

/// <summary>-1 where it is not known.</summary>
public sealed class VolumeUsageData
{
    public long Size { get; set; } = -1;
    public long RefCount { get; set; } = -1;
}

/// <summary>Answer of <c>GET /volumes</c>.</summary>
public sealed class VolumeListResponse
{
    public IReadOnlyList<Volume> Volumes { get; set; } = [];

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? Warnings { get; set; }
}

/// <summary>Body of <c>POST /volumes/create</c>.</summary>
public sealed class VolumeCreateRequest
{
    public string? Name { get; set; }
    public string? Driver { get; set; }
    public IReadOnlyDictionary<string, string>? DriverOpts { get; set; }
    public IReadOnlyDictionary<string, string>? Labels { get; set; }
}

/// <summary>Answer of <c>POST /volumes/prune</c>.</summary>
public sealed class VolumePruneResponse
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? VolumesDeleted { get; set; }

    public long SpaceReclaimed { get; set; }
}
