using Wharf.Engine.Containers.Defaults;
using Wharf.Engine.Containers.Validation;
using Wharf.Linux.Files;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Engine.Containers.Specs;

/// <summary>Limits as the runtime takes them.</summary>
internal static class ResourceSpec
{
    private const ulong CpuPeriod = 100_000; // microseconds; what one CPU is divided by
    private const long NanosPerCpu = 1_000_000_000;

    internal static Resources Build(HostConfig host, IReadOnlyList<DeviceRule> devices) => new()
    {
        Devices = devices,
        Memory = Memory(host.Resources),
        Cpu = Cpu(host.Resources),
        Pids = host.Resources.PidsLimit is { } limit and > 0 ? new PidsResources(limit) : null,
        BlockIo = BlockIo(host.Resources),
    };

    /// <summary>The device rules of a container: the default ones, those of <c>--device</c>, then <c>--device-cgroup-rule</c>.</summary>
    internal static IReadOnlyList<DeviceRule> DeviceRules(HostConfig host, IEnumerable<DeviceRule> forDevices) => host.Privileged
        ? [DefaultDevices.All]
        : [.. DefaultDevices.Rules, .. forDevices, .. host.Resources.DeviceCgroupRules.Select(DeviceRuleParser.Parse)];

    private static MemoryResources? Memory(ResourceLimits limits)
    {
        var memory = new MemoryResources
        {
            Limit = NullIfZero(limits.Memory),
            Reservation = NullIfZero(limits.MemoryReservation),
            Swap = NullIfZero(limits.MemorySwap),
            Swappiness = limits.MemorySwappiness is { } swappiness and >= 0 ? (ulong)swappiness : null,
            DisableOomKiller = limits.OomKillDisable is true ? true : null,
        };
        return memory == new MemoryResources() ? null : memory;
    }

    private static CpuResources? Cpu(ResourceLimits limits)
    {
        var cpu = new CpuResources
        {
            Shares = limits.CpuShares == 0 ? null : (ulong)limits.CpuShares,
            Period = limits.NanoCpus > 0 ? CpuPeriod : limits.CpuPeriod == 0 ? null : (ulong)limits.CpuPeriod,
            Quota = limits.NanoCpus > 0 ? limits.NanoCpus * (long)CpuPeriod / NanosPerCpu : NullIfZero(limits.CpuQuota),
            RealtimePeriod = limits.CpuRealtimePeriod == 0 ? null : (ulong)limits.CpuRealtimePeriod,
            RealtimeRuntime = NullIfZero(limits.CpuRealtimeRuntime),
            Cpus = limits.CpusetCpus.Length == 0 ? null : limits.CpusetCpus,
            Mems = limits.CpusetMems.Length == 0 ? null : limits.CpusetMems,
        };
        return cpu == new CpuResources() ? null : cpu;
    }

    private static BlockIoResources? BlockIo(ResourceLimits limits)
    {
        var block = new BlockIoResources
        {
            Weight = limits.BlkioWeight == 0 ? null : (ushort)limits.BlkioWeight,
            WeightDevice = limits.BlkioWeightDevice.Count == 0 ? null :
            [
                .. from device in limits.BlkioWeightDevice
                   let status = FileStatus.Of(device.Path)
                   select new WeightDevice(status.DeviceMajor, status.DeviceMinor, (ushort)device.Weight),
            ],
            ThrottleReadBpsDevice = Throttles(limits.BlkioDeviceReadBps),
            ThrottleWriteBpsDevice = Throttles(limits.BlkioDeviceWriteBps),
            ThrottleReadIopsDevice = Throttles(limits.BlkioDeviceReadIOps),
            ThrottleWriteIopsDevice = Throttles(limits.BlkioDeviceWriteIOps),
        };
        return block == new BlockIoResources() ? null : block;
    }

    private static IReadOnlyList<ThrottleDevice>? Throttles(IReadOnlyList<DeviceThrottle> devices) => devices.Count == 0 ? null :
    [
        .. from device in devices
           let status = FileStatus.Of(device.Path)
           select new ThrottleDevice(status.DeviceMajor, status.DeviceMinor, device.Rate),
    ];

    private static long? NullIfZero(long value) => value == 0 ? null : value;
}
