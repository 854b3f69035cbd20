using System.Text.Json.Serialization;

namespace Wharf.Oci.RuntimeSpec;

/// <summary>The <c>linux</c> section (config-linux.md).</summary>
public sealed record LinuxSpec
{
    public IReadOnlyList<IdMapping>? UidMappings { get; init; }
    public IReadOnlyList<IdMapping>? GidMappings { get; init; }
    public IReadOnlyDictionary<string, string>? Sysctl { get; init; }
    public Resources? Resources { get; init; }
    public string? CgroupsPath { get; init; }
    public IReadOnlyList<LinuxNamespace>? Namespaces { get; init; }
    public IReadOnlyList<Device>? Devices { get; init; }
    public Seccomp? Seccomp { get; init; }
    public string? RootfsPropagation { get; init; }
    public IReadOnlyList<string>? MaskedPaths { get; init; }
    public IReadOnlyList<string>? ReadonlyPaths { get; init; }
    public string? MountLabel { get; init; }
    public Personality? Personality { get; init; }
    public IReadOnlyDictionary<string, TimeOffset>? TimeOffsets { get; init; }
}

[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1720", Justification = "The specification's own names.")]
public sealed record IdMapping
{
    [JsonPropertyName("containerID")]
    public uint ContainerId { get; init; }

    [JsonPropertyName("hostID")]
    public uint HostId { get; init; }

    public uint Size { get; init; }
}

/// <param name="Type">pid, network, mount, ipc, uts, user, cgroup or time.</param>
/// <param name="Path">An existing namespace to join; a new one is made when absent.</param>
public sealed record LinuxNamespace(string Type, string? Path = null);

public sealed record Device
{
    public string Path { get; init; } = "";
    public string Type { get; init; } = "c";
    public long Major { get; init; }
    public long Minor { get; init; }
    public uint? FileMode { get; init; }
    public uint? Uid { get; init; }
    public uint? Gid { get; init; }
}

public sealed record Personality(string Domain, IReadOnlyList<string>? Flags = null);

public sealed record TimeOffset(long Secs, uint Nanosecs);

public sealed record Resources
{
    public IReadOnlyList<DeviceRule>? Devices { get; init; }
    public MemoryResources? Memory { get; init; }
    public CpuResources? Cpu { get; init; }
    public PidsResources? Pids { get; init; }

    [JsonPropertyName("blockIO")]
    public BlockIoResources? BlockIo { get; init; }

    public IReadOnlyList<HugepageLimit>? HugepageLimits { get; init; }
    public NetworkResources? Network { get; init; }
    public IReadOnlyDictionary<string, string>? Unified { get; init; }
}

public sealed record DeviceRule
{
    public bool Allow { get; init; }
    public string? Type { get; init; }
    public long? Major { get; init; }
    public long? Minor { get; init; }
    public string? Access { get; init; }
}

/// <summary>All amounts in bytes; -1 is "no limit".</summary>
public sealed record MemoryResources
{
    public long? Limit { get; init; }
    public long? Reservation { get; init; }
    public long? Swap { get; init; }
    public long? Kernel { get; init; }

    [JsonPropertyName("kernelTCP")]
    public long? KernelTcp { get; init; }

    public ulong? Swappiness { get; init; }

    [JsonPropertyName("disableOOMKiller")]
    public bool? DisableOomKiller { get; init; }

    public bool? UseHierarchy { get; init; }
    public bool? CheckBeforeUpdate { get; init; }
}

/// <summary>Quota, period and real-time values in microseconds.</summary>
public sealed record CpuResources
{
    public ulong? Shares { get; init; }
    public long? Quota { get; init; }
    public ulong? Burst { get; init; }
    public ulong? Period { get; init; }
    public long? RealtimeRuntime { get; init; }
    public ulong? RealtimePeriod { get; init; }
    public string? Cpus { get; init; }
    public string? Mems { get; init; }
    public long? Idle { get; init; }
}

public sealed record PidsResources(long Limit);

public sealed record BlockIoResources
{
    public ushort? Weight { get; init; }
    public ushort? LeafWeight { get; init; }
    public IReadOnlyList<WeightDevice>? WeightDevice { get; init; }
    public IReadOnlyList<ThrottleDevice>? ThrottleReadBpsDevice { get; init; }
    public IReadOnlyList<ThrottleDevice>? ThrottleWriteBpsDevice { get; init; }

    [JsonPropertyName("throttleReadIOPSDevice")]
    public IReadOnlyList<ThrottleDevice>? ThrottleReadIopsDevice { get; init; }

    [JsonPropertyName("throttleWriteIOPSDevice")]
    public IReadOnlyList<ThrottleDevice>? ThrottleWriteIopsDevice { get; init; }
}

public sealed record WeightDevice(long Major, long Minor, ushort? Weight = null, ushort? LeafWeight = null);

public sealed record ThrottleDevice(long Major, long Minor, ulong Rate);

public sealed record HugepageLimit(string PageSize, ulong Limit);

public sealed record NetworkResources
{
    [JsonPropertyName("classID")]
    public uint? ClassId { get; init; }

    public IReadOnlyList<InterfacePriority>? Priorities { get; init; }
}

public sealed record InterfacePriority(string Name, uint Priority);
