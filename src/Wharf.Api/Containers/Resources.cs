namespace Wharf.Api.Containers;

/// <summary>Limits of a container; what <c>update</c> can change without a restart.</summary>
public class Resources
{
    public long CpuShares { get; set; }
    public long Memory { get; set; }
    public long NanoCpus { get; set; }
    public string? CgroupParent { get; set; } = "";
    public ushort BlkioWeight { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<WeightDevice>? BlkioWeightDevice { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<ThrottleDevice>? BlkioDeviceReadBps { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<ThrottleDevice>? BlkioDeviceWriteBps { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<ThrottleDevice>? BlkioDeviceReadIOps { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<ThrottleDevice>? BlkioDeviceWriteIOps { get; set; }

    public long CpuPeriod { get; set; }
    public long CpuQuota { get; set; }
    public long CpuRealtimePeriod { get; set; }
    public long CpuRealtimeRuntime { get; set; }
    public string? CpusetCpus { get; set; } = "";
    public string? CpusetMems { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<DeviceMapping>? Devices { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? DeviceCgroupRules { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<DeviceRequest>? DeviceRequests { get; set; }

    public long MemoryReservation { get; set; }

    /// <summary>Memory and swap together; -1 is unlimited.</summary>
    public long MemorySwap { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long? MemorySwappiness { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool? OomKillDisable { get; set; }

    /// <summary>Null takes the daemon's default.</summary>
    public bool? Init { get; set; }

    /// <summary>0 or -1 is unlimited, null leaves it as it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long? PidsLimit { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<Ulimit>? Ulimits { get; set; }

    public long CpuCount { get; set; }
    public long CpuPercent { get; set; }
    public long IOMaximumIOps { get; set; }
    public long IOMaximumBandwidth { get; set; }
}

public sealed class WeightDevice
{
    public string? Path { get; set; }
    public ushort Weight { get; set; }
}

public sealed class ThrottleDevice
{
    public string? Path { get; set; }
    public ulong Rate { get; set; }
}

public sealed class DeviceMapping
{
    public string? PathOnHost { get; set; }
    public string? PathInContainer { get; set; }
    public string? CgroupPermissions { get; set; }
}

public sealed class DeviceRequest
{
    public string? Driver { get; set; }
    public int Count { get; set; }
    public IReadOnlyList<string>? DeviceIDs { get; set; }
    public IReadOnlyList<IReadOnlyList<string>>? Capabilities { get; set; }
    public IReadOnlyDictionary<string, string>? Options { get; set; }
}

public sealed class Ulimit
{
    public string? Name { get; set; }
    public long Hard { get; set; }
    public long Soft { get; set; }
}
