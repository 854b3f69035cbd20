namespace Wharf.Api.Containers;

/// <summary>One sample of <c>GET /containers/{id}/stats</c>. Snake case: these came from libcontainer, not from Docker.</summary>
public sealed class ContainerStats
{
    [JsonPropertyName("id")]
    public string Id { get; set; } = "";

    [JsonPropertyName("name")]
    public string Name { get; set; } = "";

    [JsonPropertyName("os_type")]
    public string? OsType { get; set; }

    [JsonPropertyName("read")]
    public string Read { get; set; } = "";

    [JsonPropertyName("preread")]
    public string PreRead { get; set; } = "";

    [JsonPropertyName("pids_stats")]
    public PidsStats PidsStats { get; set; } = new();

    [JsonPropertyName("blkio_stats")]
    public BlkioStats BlkioStats { get; set; } = new();

    [JsonPropertyName("num_procs")]
    public uint NumProcs { get; set; }

    [JsonPropertyName("storage_stats")]
    public StorageStats StorageStats { get; set; } = new();

    [JsonPropertyName("cpu_stats")]
    public CpuStats CpuStats { get; set; } = new();

    [JsonPropertyName("precpu_stats")]
    public CpuStats PreCpuStats { get; set; } = new();

    [JsonPropertyName("memory_stats")]
    public MemoryStats MemoryStats { get; set; } = new();

    /// <summary>By interface name; absent on the host's network.</summary>
    [JsonPropertyName("networks")]
    public IReadOnlyDictionary<string, NetworkStats>? Networks { get; set; }
}

public sealed class PidsStats
{
    [JsonPropertyName("current")]
    public ulong? Current { get; set; }

    [JsonPropertyName("limit")]
    public ulong? Limit { get; set; }
}

public sealed class BlkioStats
{
    [JsonPropertyName("io_service_bytes_recursive"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<BlkioStatEntry>? IoServiceBytesRecursive { get; set; }

    [JsonPropertyName("io_serviced_recursive"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<BlkioStatEntry>? IoServicedRecursive { get; set; }

    [JsonPropertyName("io_queue_recursive"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<BlkioStatEntry>? IoQueueRecursive { get; set; }

    [JsonPropertyName("io_service_time_recursive"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<BlkioStatEntry>? IoServiceTimeRecursive { get; set; }

    [JsonPropertyName("io_wait_time_recursive"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<BlkioStatEntry>? IoWaitTimeRecursive { get; set; }

    [JsonPropertyName("io_merged_recursive"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<BlkioStatEntry>? IoMergedRecursive { get; set; }

    [JsonPropertyName("io_time_recursive"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<BlkioStatEntry>? IoTimeRecursive { get; set; }

    [JsonPropertyName("sectors_recursive"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<BlkioStatEntry>? SectorsRecursive { get; set; }
}

public sealed class BlkioStatEntry
{
    [JsonPropertyName("major")]
    public ulong Major { get; set; }

    [JsonPropertyName("minor")]
    public ulong Minor { get; set; }

    [JsonPropertyName("op")]
    public string Op { get; set; } = "";

    [JsonPropertyName("value")]
    public ulong Value { get; set; }
}

/// <summary>Filled on Windows only; always sent, as <c>{}</c>.</summary>
public sealed class StorageStats
{
    [JsonPropertyName("read_count_normalized")]
    public ulong? ReadCountNormalized { get; set; }

    [JsonPropertyName("read_size_bytes")]
    public ulong? ReadSizeBytes { get; set; }

    [JsonPropertyName("write_count_normalized")]
    public ulong? WriteCountNormalized { get; set; }

    [JsonPropertyName("write_size_bytes")]
    public ulong? WriteSizeBytes { get; set; }
}

public sealed class CpuStats
{
    [JsonPropertyName("cpu_usage")]
    public CpuUsage CpuUsage { get; set; } = new();

    [JsonPropertyName("system_cpu_usage")]
    public ulong? SystemCpuUsage { get; set; }

    [JsonPropertyName("online_cpus")]
    public uint? OnlineCpus { get; set; }

    [JsonPropertyName("throttling_data")]
    public ThrottlingData ThrottlingData { get; set; } = new();
}

/// <summary>Nanoseconds.</summary>
public sealed class CpuUsage
{
    [JsonPropertyName("total_usage")]
    public ulong TotalUsage { get; set; }

    /// <summary>Known on cgroup v1 only.</summary>
    [JsonPropertyName("percpu_usage")]
    public IReadOnlyList<ulong>? PerCpuUsage { get; set; }

    [JsonPropertyName("usage_in_kernelmode")]
    public ulong UsageInKernelMode { get; set; }

    [JsonPropertyName("usage_in_usermode")]
    public ulong UsageInUserMode { get; set; }
}

public sealed class ThrottlingData
{
    [JsonPropertyName("periods")]
    public ulong Periods { get; set; }

    [JsonPropertyName("throttled_periods")]
    public ulong ThrottledPeriods { get; set; }

    [JsonPropertyName("throttled_time")]
    public ulong ThrottledTime { get; set; }
}

public sealed class MemoryStats
{
    [JsonPropertyName("usage")]
    public ulong? Usage { get; set; }

    /// <summary>Known on cgroup v1 only.</summary>
    [JsonPropertyName("max_usage")]
    public ulong? MaxUsage { get; set; }

    /// <summary>memory.stat as the kernel writes it.</summary>
    [JsonPropertyName("stats")]
    public IReadOnlyDictionary<string, ulong>? Stats { get; set; }

    [JsonPropertyName("failcnt")]
    public ulong? FailCount { get; set; }

    [JsonPropertyName("limit")]
    public ulong? Limit { get; set; }
}

public sealed class NetworkStats
{
    [JsonPropertyName("rx_bytes")]
    public ulong RxBytes { get; set; }

    [JsonPropertyName("rx_packets")]
    public ulong RxPackets { get; set; }

    [JsonPropertyName("rx_errors")]
    public ulong RxErrors { get; set; }

    [JsonPropertyName("rx_dropped")]
    public ulong RxDropped { get; set; }

    [JsonPropertyName("tx_bytes")]
    public ulong TxBytes { get; set; }

    [JsonPropertyName("tx_packets")]
    public ulong TxPackets { get; set; }

    [JsonPropertyName("tx_errors")]
    public ulong TxErrors { get; set; }

    [JsonPropertyName("tx_dropped")]
    public ulong TxDropped { get; set; }
}
