using Wharf.Api.Containers;
using Wharf.Api.Server;

namespace Wharf.Api.Builds;

/// <summary>First frame of a build session (<c>POST /wharf/build</c>): everything that is asked for, the files aside.</summary>
public sealed class BuildSessionRequest
{
    public BuildContextSource Context { get; set; } = new();

    /// <summary>By name, in the order in which their files follow (<c>--build-context</c>).</summary>
    public List<NamedBuildContext>? NamedContexts { get; set; }

    /// <summary>Path inside the context; only a name when <see cref="DockerfileText"/> is there.</summary>
    public string? Dockerfile { get; set; }

    public byte[]? DockerfileText { get; set; }
    public List<string>? Tags { get; set; }
    public Dictionary<string, string?>? BuildArgs { get; set; }
    public string? Target { get; set; }
    public bool NoCache { get; set; }
    public List<string>? NoCacheFilter { get; set; }
    public bool Pull { get; set; }
    public Dictionary<string, string>? Labels { get; set; }
    public string? NetworkMode { get; set; }
    public List<string>? ExtraHosts { get; set; }
    public long Memory { get; set; }
    public long MemorySwap { get; set; }
    public long CpuShares { get; set; }
    public long CpuQuota { get; set; }
    public long CpuPeriod { get; set; }
    public string? CpusetCpus { get; set; }
    public string? CpusetMems { get; set; }
    public List<Ulimit>? Ulimits { get; set; }
    public long ShmSize { get; set; }
    public string? CgroupParent { get; set; }
    public bool Squash { get; set; }
    public List<string>? CacheFrom { get; set; }
    public string? Platform { get; set; }

    /// <summary>By id, for <c>RUN --mount=type=secret</c>.</summary>
    public Dictionary<string, byte[]>? Secrets { get; set; }

    /// <summary>By registry, keyed as in Docker's config.json.</summary>
    public Dictionary<string, AuthConfig>? RegistryAuth { get; set; }

    /// <summary>Seconds since 1970 (SOURCE_DATE_EPOCH).</summary>
    public long? SourceDateEpoch { get; set; }

    public bool Explain { get; set; }
}

/// <summary>Where files come from.</summary>
public sealed class BuildContextSource
{
    /// <summary>A listing follows, then the files that the daemon lacks; the value is a name, the same for the same directory each time.</summary>
    public const string Directory = "directory";

    /// <summary>A tar archive follows, perhaps compressed.</summary>
    public const string Archive = "archive";

    /// <summary>The value is an address: git, or a file of http.</summary>
    public const string Remote = "remote";

    /// <summary>The value names an image; for named contexts only.</summary>
    public const string Image = "image";

    /// <summary>There are no files.</summary>
    public const string Empty = "empty";

    public string Kind { get; set; } = Empty;
    public string? Value { get; set; }
}

public sealed class NamedBuildContext
{
    public string Name { get; set; } = "";
    public BuildContextSource Source { get; set; } = new();
}
