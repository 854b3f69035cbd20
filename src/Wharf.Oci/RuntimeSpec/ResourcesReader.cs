using Wharf.Oci.Json;

namespace Wharf.Oci.RuntimeSpec;

/// <summary>Reads <c>linux.resources</c> (config-linux.md, "Control groups").</summary>
internal static class ResourcesReader
{
    internal static Resources Read(JsonMembers resources) => new()
    {
        Devices = resources.List("devices"u8, static rule => new DeviceRule
        {
            Allow = rule.Boolean("allow"u8) ?? false,
            Type = rule.Text("type"u8),
            Major = rule.Int64("major"u8),
            Minor = rule.Int64("minor"u8),
            Access = rule.Text("access"u8),
        }),
        Memory = resources.Object("memory"u8, Memory),
        Cpu = resources.Object("cpu"u8, Cpu),
        Pids = resources.Object("pids"u8, static pids => new PidsResources(pids.Int64("limit"u8) ?? 0)),
        BlockIo = resources.Object("blockIO"u8, BlockIo),
        HugepageLimits = resources.List("hugepageLimits"u8, static limit => new HugepageLimit(limit.Text("pageSize"u8) ?? "", limit.UInt64("limit"u8) ?? 0)),
        Network = resources.Object("network"u8, static network => new NetworkResources
        {
            ClassId = network.UInt32("classID"u8),
            Priorities = network.List("priorities"u8, static entry => new InterfacePriority(entry.Text("name"u8) ?? "", entry.UInt32("priority"u8) ?? 0)),
        }),
        Unified = resources.TextMap("unified"u8),
    };

    private static MemoryResources Memory(JsonMembers memory) => new()
    {
        Limit = memory.Int64("limit"u8),
        Reservation = memory.Int64("reservation"u8),
        Swap = memory.Int64("swap"u8),
        Kernel = memory.Int64("kernel"u8),
        KernelTcp = memory.Int64("kernelTCP"u8),
        Swappiness = memory.UInt64("swappiness"u8),
        DisableOomKiller = memory.Boolean("disableOOMKiller"u8),
        UseHierarchy = memory.Boolean("useHierarchy"u8),
        CheckBeforeUpdate = memory.Boolean("checkBeforeUpdate"u8),
    };

    private static CpuResources Cpu(JsonMembers cpu) => new()
    {
        Shares = cpu.UInt64("shares"u8),
        Quota = cpu.Int64("quota"u8),
        Burst = cpu.UInt64("burst"u8),
        Period = cpu.UInt64("period"u8),
        RealtimeRuntime = cpu.Int64("realtimeRuntime"u8),
        RealtimePeriod = cpu.UInt64("realtimePeriod"u8),
        Cpus = cpu.Text("cpus"u8),
        Mems = cpu.Text("mems"u8),
        Idle = cpu.Int64("idle"u8),
    };

    private static BlockIoResources BlockIo(JsonMembers io) => new()
    {
        Weight = io.UInt16("weight"u8),
        LeafWeight = io.UInt16("leafWeight"u8),
        WeightDevice = io.List("weightDevice"u8, static device => new WeightDevice(
            device.Int64("major"u8) ?? 0, device.Int64("minor"u8) ?? 0, device.UInt16("weight"u8), device.UInt16("leafWeight"u8))),
        ThrottleReadBpsDevice = io.List("throttleReadBpsDevice"u8, Throttle),
        ThrottleWriteBpsDevice = io.List("throttleWriteBpsDevice"u8, Throttle),
        ThrottleReadIopsDevice = io.List("throttleReadIOPSDevice"u8, Throttle),
        ThrottleWriteIopsDevice = io.List("throttleWriteIOPSDevice"u8, Throttle),
    };

    private static ThrottleDevice Throttle(JsonMembers device) =>
        new(device.Int64("major"u8) ?? 0, device.Int64("minor"u8) ?? 0, device.UInt64("rate"u8) ?? 0);
}
