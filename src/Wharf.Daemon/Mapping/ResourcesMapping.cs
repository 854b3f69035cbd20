using Wharf.Api.Containers;
using Wharf.Engine;
using ContainerEngine = Wharf.Engine.Containers;

namespace Wharf.Daemon.Mapping;

/// <summary>Limits: shared by create, update and inspect.</summary>
internal static class ResourcesMapping
{
    internal static ContainerEngine.ResourceLimits ToEngine(Resources wire) => new()
    {
        Memory = wire.Memory,
        MemorySwap = wire.MemorySwap,
        MemoryReservation = wire.MemoryReservation,
        MemorySwappiness = wire.MemorySwappiness,
        OomKillDisable = wire.OomKillDisable,
        NanoCpus = wire.NanoCpus,
        CpuShares = wire.CpuShares,
        CpuQuota = wire.CpuQuota,
        CpuPeriod = wire.CpuPeriod,
        CpuRealtimePeriod = wire.CpuRealtimePeriod,
        CpuRealtimeRuntime = wire.CpuRealtimeRuntime,
        CpusetCpus = wire.CpusetCpus ?? "",
        CpusetMems = wire.CpusetMems ?? "",
        PidsLimit = wire.PidsLimit,
        BlkioWeight = wire.BlkioWeight,
        BlkioWeightDevice = [.. (wire.BlkioWeightDevice ?? []).Select(device => new ContainerEngine.DeviceWeight(device.Path ?? "", device.Weight))],
        BlkioDeviceReadBps = Throttles(wire.BlkioDeviceReadBps),
        BlkioDeviceWriteBps = Throttles(wire.BlkioDeviceWriteBps),
        BlkioDeviceReadIOps = Throttles(wire.BlkioDeviceReadIOps),
        BlkioDeviceWriteIOps = Throttles(wire.BlkioDeviceWriteIOps),
        Ulimits = [.. (wire.Ulimits ?? []).Select(limit => new UlimitOption(limit.Name ?? "", limit.Soft, limit.Hard))],
        Devices = [.. (wire.Devices ?? []).Select(device =>
            new ContainerEngine.DeviceMapping(device.PathOnHost ?? "", device.PathInContainer ?? "", device.CgroupPermissions ?? ""))],
        DeviceCgroupRules = wire.DeviceCgroupRules ?? [],
        DeviceRequestCount = wire.DeviceRequests?.Count ?? 0,
    };

    internal static void Fill(Resources wire, ContainerEngine.ResourceLimits limits)
    {
        wire.Memory = limits.Memory;
        wire.MemorySwap = limits.MemorySwap;
        wire.MemoryReservation = limits.MemoryReservation;
        wire.MemorySwappiness = limits.MemorySwappiness;
        wire.OomKillDisable = limits.OomKillDisable;
        wire.NanoCpus = limits.NanoCpus;
        wire.CpuShares = limits.CpuShares;
        wire.CpuQuota = limits.CpuQuota;
        wire.CpuPeriod = limits.CpuPeriod;
        wire.CpuRealtimePeriod = limits.CpuRealtimePeriod;
        wire.CpuRealtimeRuntime = limits.CpuRealtimeRuntime;
        wire.CpusetCpus = limits.CpusetCpus;
        wire.CpusetMems = limits.CpusetMems;
        wire.PidsLimit = limits.PidsLimit;
        wire.BlkioWeight = (ushort)limits.BlkioWeight;
        wire.BlkioWeightDevice = [.. limits.BlkioWeightDevice.Select(device => new WeightDevice { Path = device.Path, Weight = (ushort)device.Weight })];
        wire.BlkioDeviceReadBps = Throttles(limits.BlkioDeviceReadBps);
        wire.BlkioDeviceWriteBps = Throttles(limits.BlkioDeviceWriteBps);
        wire.BlkioDeviceReadIOps = Throttles(limits.BlkioDeviceReadIOps);
        wire.BlkioDeviceWriteIOps = Throttles(limits.BlkioDeviceWriteIOps);
        wire.Ulimits = [.. limits.Ulimits.Select(limit => new Ulimit { Name = limit.Name, Soft = limit.Soft, Hard = limit.Hard })];
        wire.Devices = [.. limits.Devices.Select(device => new DeviceMapping
        {
            PathOnHost = device.PathOnHost,
            PathInContainer = device.PathInContainer,
            CgroupPermissions = device.CgroupPermissions,
        })];
        wire.DeviceCgroupRules = limits.DeviceCgroupRules.Count > 0 ? limits.DeviceCgroupRules : null;
    }

    private static List<ContainerEngine.DeviceThrottle> Throttles(IReadOnlyList<ThrottleDevice>? devices) =>
        [.. (devices ?? []).Select(device => new ContainerEngine.DeviceThrottle(device.Path ?? "", device.Rate))];

    private static List<ThrottleDevice> Throttles(IReadOnlyList<ContainerEngine.DeviceThrottle> devices) =>
        [.. devices.Select(device => new ThrottleDevice { Path = device.Path, Rate = device.Rate })];
}
