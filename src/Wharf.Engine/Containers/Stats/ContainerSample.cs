namespace Wharf.Engine.Containers.Stats;

/// <summary>What a container had used at one moment, as the kernel counts.</summary>
/// <param name="Networks">Null on the host's network, whose counters are not the container's.</param>
public sealed record ContainerSample(
    DateTimeOffset Read, CpuSample Cpu, MemorySample Memory, PidsSample Pids, BlockSample Block, IReadOnlyList<NetworkSample>? Networks);

/// <summary>Nanoseconds.</summary>
/// <param name="PerCpu">Counted by version 1 only.</param>
/// <param name="System">Time that all processors of the machine have passed since it was started.</param>
public sealed record CpuSample(
    ulong Total, IReadOnlyList<ulong>? PerCpu, ulong Kernel, ulong User, ulong Periods, ulong ThrottledPeriods, ulong ThrottledTime, ulong System, uint Online);

/// <summary>Bytes.</summary>
/// <param name="MaxUsage">Counted by version 1 only, as is <paramref name="Failures"/>.</param>
/// <param name="Details">memory.stat as the kernel writes it.</param>
public sealed record MemorySample(ulong Usage, ulong? MaxUsage, ulong? Failures, ulong Limit, IReadOnlyList<KeyValuePair<string, ulong>> Details);

/// <param name="Limit">Null when version 1 has none; version 2 says the largest number.</param>
public sealed record PidsSample(ulong? Current, ulong? Limit);

/// <param name="Operations">Null where the kernel counts bytes only.</param>
public sealed record BlockSample(IReadOnlyList<BlockCounter> Bytes, IReadOnlyList<BlockCounter>? Operations);

/// <param name="Operation">Read, Write, … in the kernel's words.</param>
public readonly record struct BlockCounter(ulong Major, ulong Minor, string Operation, ulong Value);

/// <summary>Counters of one interface.</summary>
public sealed record NetworkSample(
    string Interface,
    ulong ReceivedBytes,
    ulong ReceivedPackets,
    ulong ReceiveErrors,
    ulong ReceiveDropped,
    ulong SentBytes,
    ulong SentPackets,
    ulong SendErrors,
    ulong SendDropped);
