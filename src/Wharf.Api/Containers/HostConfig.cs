namespace Wharf.Api.Containers;

/// <summary>The part of a container that depends on the host: mounts, networks, privileges and limits.</summary>
public sealed class HostConfig : Resources
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? Binds { get; set; }

    public string? ContainerIDFile { get; set; } = "";
    public LogConfig? LogConfig { get; set; }
    public string? NetworkMode { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyDictionary<string, IReadOnlyList<PortBinding>?>? PortBindings { get; set; }

    public RestartPolicy? RestartPolicy { get; set; }
    public bool AutoRemove { get; set; }
    public string? VolumeDriver { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? VolumesFrom { get; set; }

    public IReadOnlyList<Mount>? Mounts { get; set; }

    /// <summary>Rows and columns that a new terminal starts with.</summary>
    public IReadOnlyList<uint>? ConsoleSize { get; set; }

    public IReadOnlyDictionary<string, string>? Annotations { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? CapAdd { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? CapDrop { get; set; }

    public string? CgroupnsMode { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? Dns { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? DnsOptions { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? DnsSearch { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? ExtraHosts { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? GroupAdd { get; set; }

    public string? IpcMode { get; set; } = "";
    public string? Cgroup { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? Links { get; set; }

    public int OomScoreAdj { get; set; }
    public string? PidMode { get; set; } = "";
    public bool Privileged { get; set; }
    public bool PublishAllPorts { get; set; }
    public bool ReadonlyRootfs { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? SecurityOpt { get; set; }

    public IReadOnlyDictionary<string, string>? StorageOpt { get; set; }
    public IReadOnlyDictionary<string, string>? Tmpfs { get; set; }
    public string? UTSMode { get; set; } = "";
    public string? UsernsMode { get; set; } = "";
    public long ShmSize { get; set; }
    public IReadOnlyDictionary<string, string>? Sysctls { get; set; }
    public string? Runtime { get; set; }
    public string? Isolation { get; set; } = "";

    /// <summary>Null takes the default list, an empty one masks nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? MaskedPaths { get; set; }

    /// <summary>Null takes the default list, an empty one protects nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? ReadonlyPaths { get; set; }
}

public sealed class LogConfig
{
    public string? Type { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyDictionary<string, string>? Config { get; set; }
}

public sealed class RestartPolicy
{
    /// <summary>Empty, <c>no</c>, <c>always</c>, <c>unless-stopped</c> or <c>on-failure</c>.</summary>
    public string? Name { get; set; } = "";

    public int MaximumRetryCount { get; set; }
}
