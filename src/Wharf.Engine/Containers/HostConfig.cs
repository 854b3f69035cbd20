namespace Wharf.Engine.Containers;

/// <summary>How a container is tied to this host: mounts, networks, limits, security. Immutable. Names and values are Docker's.</summary>
public sealed record HostConfig
{
    /// <summary><c>source:target[:options]</c> as given to <c>-v</c>; a missing host directory is made.</summary>
    public IReadOnlyList<string> Binds { get; init; } = [];

    /// <summary><c>--mount</c>; a missing host path is an error.</summary>
    public IReadOnlyList<MountRequest> Mounts { get; init; } = [];

    /// <summary>Target to options: <c>/run</c> to <c>size=64m,mode=1777</c>.</summary>
    public IReadOnlyDictionary<string, string> Tmpfs { get; init; } = new Dictionary<string, string>();

    /// <summary><c>container[:ro|rw]</c>.</summary>
    public IReadOnlyList<string> VolumesFrom { get; init; } = [];

    public string VolumeDriver { get; init; } = "";
    public bool ReadonlyRootfs { get; init; }

    /// <summary>Null takes the engine's default.</summary>
    public bool? Init { get; init; }

    public ResourceLimits Resources { get; init; } = new();
    public int OomScoreAdj { get; init; }

    /// <summary>Size of /dev/shm in bytes; 0 takes the engine's default.</summary>
    public long ShmSize { get; init; }

    public bool Privileged { get; init; }
    public IReadOnlyList<string> CapAdd { get; init; } = [];
    public IReadOnlyList<string> CapDrop { get; init; } = [];
    public IReadOnlyList<string> SecurityOpt { get; init; } = [];
    public IReadOnlyList<string> GroupAdd { get; init; } = [];
    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = new Dictionary<string, string>();

    /// <summary>Null takes Docker's list; empty masks nothing.</summary>
    public IReadOnlyList<string>? MaskedPaths { get; init; }

    /// <summary>Null takes Docker's list; empty protects nothing.</summary>
    public IReadOnlyList<string>? ReadonlyPaths { get; init; }

    public string PidMode { get; init; } = "";
    public string IpcMode { get; init; } = "";
    public string UtsMode { get; init; } = "";
    public string UsernsMode { get; init; } = "";
    public string CgroupnsMode { get; init; } = "";
    public string CgroupParent { get; init; } = "";

    /// <summary>bridge, host, none, <c>container:NAME</c> or a network's name; empty is the default network.</summary>
    public string NetworkMode { get; init; } = "";

    /// <summary><c>80/tcp</c> to where it is published.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<PortBinding>> PortBindings { get; init; } =
        new Dictionary<string, IReadOnlyList<PortBinding>>();

    public bool PublishAllPorts { get; init; }
    public IReadOnlyList<string> Dns { get; init; } = [];
    public IReadOnlyList<string> DnsOptions { get; init; } = [];
    public IReadOnlyList<string> DnsSearch { get; init; } = [];

    /// <summary><c>name:address</c>; the address <c>host-gateway</c> stands for the host.</summary>
    public IReadOnlyList<string> ExtraHosts { get; init; } = [];

    public IReadOnlyList<string> Links { get; init; } = [];
    public RestartPolicy RestartPolicy { get; init; } = new("no");
    public bool AutoRemove { get; init; }
    public LogConfig LogConfig { get; init; } = new("", new Dictionary<string, string>());

    /// <summary>File that the client wrote the id to; only shown.</summary>
    public string ContainerIdFile { get; init; } = "";

    public string Runtime { get; init; } = "";
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> StorageOpt { get; init; } = new Dictionary<string, string>();

    /// <summary>Rows and columns of the client's terminal at create; both 0 when unknown.</summary>
    public ConsoleSize ConsoleSize { get; init; } = new(0, 0);
}

/// <summary>Limits that <c>update</c> can change later. 0 (or null) means "not asked for".</summary>
public sealed record ResourceLimits
{
    public long Memory { get; init; }

    /// <summary>Memory and swap together; -1 is unlimited swap.</summary>
    public long MemorySwap { get; init; }

    public long MemoryReservation { get; init; }
    public long KernelMemory { get; init; }

    /// <summary>0 to 100; null or -1 leaves the kernel's.</summary>
    public long? MemorySwappiness { get; init; }

    public bool? OomKillDisable { get; init; }

    /// <summary>Billionths of a CPU.</summary>
    public long NanoCpus { get; init; }

    public long CpuShares { get; init; }

    /// <summary>Microseconds of CPU time in each <see cref="CpuPeriod"/>.</summary>
    public long CpuQuota { get; init; }

    public long CpuPeriod { get; init; }
    public long CpuRealtimePeriod { get; init; }
    public long CpuRealtimeRuntime { get; init; }
    public string CpusetCpus { get; init; } = "";
    public string CpusetMems { get; init; } = "";

    /// <summary>0 and -1 mean unlimited; null is unchanged.</summary>
    public long? PidsLimit { get; init; }

    /// <summary>10 to 1000.</summary>
    public int BlkioWeight { get; init; }

    public IReadOnlyList<DeviceWeight> BlkioWeightDevice { get; init; } = [];
    public IReadOnlyList<DeviceThrottle> BlkioDeviceReadBps { get; init; } = [];
    public IReadOnlyList<DeviceThrottle> BlkioDeviceWriteBps { get; init; } = [];
    public IReadOnlyList<DeviceThrottle> BlkioDeviceReadIOps { get; init; } = [];
    public IReadOnlyList<DeviceThrottle> BlkioDeviceWriteIOps { get; init; } = [];
    public IReadOnlyList<UlimitOption> Ulimits { get; init; } = [];
    public IReadOnlyList<DeviceMapping> Devices { get; init; } = [];

    /// <summary><c>c 13:* rwm</c>.</summary>
    public IReadOnlyList<string> DeviceCgroupRules { get; init; } = [];

    /// <summary>Number of GPU-style device requests, which this engine refuses.</summary>
    public int DeviceRequestCount { get; init; }
}

/// <summary>One <c>--mount</c>.</summary>
public sealed record MountRequest
{
    /// <summary>bind, volume or tmpfs.</summary>
    public string Type { get; init; } = "";

    public string Source { get; init; } = "";
    public string Target { get; init; } = "";
    public bool ReadOnly { get; init; }

    /// <summary>bind: rprivate, private, rshared, shared, rslave, slave.</summary>
    public string? Propagation { get; init; }

    public bool NonRecursive { get; init; }
    public bool CreateMountpoint { get; init; }
    public bool ReadOnlyNonRecursive { get; init; }
    public bool ReadOnlyForceRecursive { get; init; }

    /// <summary>volume: do not fill a new volume from the image.</summary>
    public bool NoCopy { get; init; }

    public string? VolumeSubpath { get; init; }
    public string VolumeDriver { get; init; } = "";
    public IReadOnlyDictionary<string, string> VolumeOptions { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> VolumeLabels { get; init; } = new Dictionary<string, string>();

    /// <summary>tmpfs: bytes, 0 for no limit.</summary>
    public long TmpfsSize { get; init; }

    /// <summary>tmpfs: permission bits.</summary>
    public int? TmpfsMode { get; init; }
}

public sealed record DeviceWeight(string Path, int Weight);

/// <param name="Rate">Bytes or operations a second.</param>
public sealed record DeviceThrottle(string Path, ulong Rate);

public sealed record DeviceMapping(string PathOnHost, string PathInContainer, string CgroupPermissions);

/// <param name="HostIp">Empty for the engine's default address.</param>
/// <param name="HostPort">A port, a range <c>8000-8010</c>, or empty for a free one.</param>
public sealed record PortBinding(string HostIp, string HostPort);

/// <param name="Name">no, always, unless-stopped or on-failure; empty is no.</param>
public sealed record RestartPolicy(string Name, int MaximumRetryCount = 0);

/// <param name="Type">json-file, local or none; empty takes the engine's default.</param>
public sealed record LogConfig(string Type, IReadOnlyDictionary<string, string> Config);

public sealed record ConsoleSize(int Rows, int Columns);

/// <summary>One network to join, as asked for.</summary>
public sealed record EndpointSettings
{
    public string? IPv4Address { get; init; }
    public string? IPv6Address { get; init; }
    public string? MacAddress { get; init; }
    public IReadOnlyList<string> Aliases { get; init; } = [];
    public IReadOnlyList<string> Links { get; init; } = [];
    public IReadOnlyDictionary<string, string> DriverOptions { get; init; } = new Dictionary<string, string>();
}
