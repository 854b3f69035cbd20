using Wharf.Api.Containers;
using Wharf.Engine.Containers;
using Wharf.Engine.Containers.Stats;

namespace Wharf.Daemon.Mapping;

/// <summary>Samples as Docker's clients read them.</summary>
internal static class StatsMapping
{
    /// <param name="now">Null when the container does not run: all is zero then.</param>
    /// <param name="before">What rates are computed from; null for none.</param>
    internal static ContainerStats ToApi(ContainerSnapshot container, ContainerSample? now, ContainerSample? before)
    {
        var stats = new ContainerStats
        {
            Id = container.Id,
            Name = "/" + container.Name,
            OsType = "linux",
            Read = GoTime.Nano(now?.Read),
            PreRead = GoTime.Nano(before?.Read),
        };
        if (before is not null)
        {
            stats.PreCpuStats = Cpu(before.Cpu);
        }

        if (now is not null)
        {
            stats.CpuStats = Cpu(now.Cpu);
            stats.MemoryStats = Memory(now.Memory);
            stats.PidsStats = new PidsStats { Current = now.Pids.Current, Limit = now.Pids.Limit };
            stats.BlkioStats = Block(now.Block);
            stats.Networks = now.Networks?.ToDictionary(network => network.Interface, Network);
        }

        return stats;
    }

    private static CpuStats Cpu(CpuSample sample) => new()
    {
        CpuUsage = new CpuUsage
        {
            TotalUsage = sample.Total,
            PerCpuUsage = sample.PerCpu,
            UsageInKernelMode = sample.Kernel,
            UsageInUserMode = sample.User,
        },
        SystemCpuUsage = sample.System,
        OnlineCpus = sample.Online,
        ThrottlingData = new ThrottlingData
        {
            Periods = sample.Periods,
            ThrottledPeriods = sample.ThrottledPeriods,
            ThrottledTime = sample.ThrottledTime,
        },
    };

    private static MemoryStats Memory(MemorySample sample) => new()
    {
        Usage = sample.Usage,
        MaxUsage = sample.MaxUsage,
        FailCount = sample.Failures,
        Limit = sample.Limit,
        Stats = new Dictionary<string, ulong>(sample.Details),
    };

    /// <summary>Version 1 counts all eight, of which the block layer has kept two; version 2 has but one.</summary>
    private static BlkioStats Block(BlockSample sample) => sample.Operations is null
        ? new BlkioStats { IoServiceBytesRecursive = Entries(sample.Bytes) }
        : new BlkioStats
        {
            IoServiceBytesRecursive = Entries(sample.Bytes),
            IoServicedRecursive = Entries(sample.Operations),
            IoQueueRecursive = [],
            IoServiceTimeRecursive = [],
            IoWaitTimeRecursive = [],
            IoMergedRecursive = [],
            IoTimeRecursive = [],
            SectorsRecursive = [],
        };

    private static BlkioStatEntry[] Entries(IReadOnlyList<BlockCounter> counters) =>
    [
        .. counters.Select(counter => new BlkioStatEntry { Major = counter.Major, Minor = counter.Minor, Op = counter.Operation, Value = counter.Value }),
    ];

    private static NetworkStats Network(NetworkSample sample) => new()
    {
        RxBytes = sample.ReceivedBytes,
        RxPackets = sample.ReceivedPackets,
        RxErrors = sample.ReceiveErrors,
        RxDropped = sample.ReceiveDropped,
        TxBytes = sample.SentBytes,
        TxPackets = sample.SentPackets,
        TxErrors = sample.SendErrors,
        TxDropped = sample.SendDropped,
    };
}
