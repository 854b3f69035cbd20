using Wharf.Oci.RuntimeSpec;

namespace Wharf.Runtime.Cgroups;

/// <summary>The files of version 1 (Documentation/admin-guide/cgroup-v1).</summary>
internal static class CgroupV1
{
    internal static IEnumerable<CgroupSetting> Memory(MemoryResources memory)
    {
        List<CgroupSetting> settings = [];

        // The limit may not pass the limit with swap, nor that one fall below the limit: of a new group both are unlimited, so the limit is first.
        CgroupResources.AddIfSet(settings, "memory", "memory.limit_in_bytes", memory.Limit?.ToString());
        CgroupResources.AddIfSet(settings, "memory", "memory.memsw.limit_in_bytes", memory.Swap is 0 ? null : memory.Swap?.ToString());
        CgroupResources.AddIfSet(settings, "memory", "memory.soft_limit_in_bytes", memory.Reservation?.ToString());
        CgroupResources.AddIfSet(settings, "memory", "memory.kmem.tcp.limit_in_bytes", memory.KernelTcp?.ToString());
        CgroupResources.AddIfSet(settings, "memory", "memory.swappiness", memory.Swappiness?.ToString());
        CgroupResources.AddIfSet(settings, "memory", "memory.oom_control", memory.DisableOomKiller is true ? "1" : null);
        return settings;
    }

    internal static IEnumerable<CgroupSetting> Cpu(CpuResources cpu)
    {
        List<CgroupSetting> settings = [];
        CgroupResources.AddIfSet(settings, "cpu", "cpu.shares", cpu.Shares is 0 ? null : cpu.Shares?.ToString());
        CgroupResources.AddIfSet(settings, "cpu", "cpu.cfs_period_us", cpu.Period is 0 ? null : cpu.Period?.ToString());
        CgroupResources.AddIfSet(settings, "cpu", "cpu.cfs_quota_us", cpu.Quota is 0 ? null : cpu.Quota?.ToString());
        CgroupResources.AddIfSet(settings, "cpu", "cpu.cfs_burst_us", cpu.Burst?.ToString());
        CgroupResources.AddIfSet(settings, "cpu", "cpu.rt_period_us", cpu.RealtimePeriod is 0 ? null : cpu.RealtimePeriod?.ToString());
        CgroupResources.AddIfSet(settings, "cpu", "cpu.rt_runtime_us", cpu.RealtimeRuntime is 0 ? null : cpu.RealtimeRuntime?.ToString());
        CgroupResources.AddIfSet(settings, "cpu", "cpu.idle", cpu.Idle?.ToString());
        return settings;
    }

    internal static IEnumerable<CgroupSetting> BlockIo(BlockIoResources io)
    {
        List<CgroupSetting> settings = [];
        CgroupResources.AddIfSet(settings, "blkio", "blkio.bfq.weight", io.Weight is 0 ? null : io.Weight?.ToString());
        settings.AddRange((io.WeightDevice ?? []).Select(device =>
            new CgroupSetting("blkio", "blkio.bfq.weight_device", $"{device.Major}:{device.Minor} {device.Weight}")));
        Throttle("blkio.throttle.read_bps_device", io.ThrottleReadBpsDevice);
        Throttle("blkio.throttle.write_bps_device", io.ThrottleWriteBpsDevice);
        Throttle("blkio.throttle.read_iops_device", io.ThrottleReadIopsDevice);
        Throttle("blkio.throttle.write_iops_device", io.ThrottleWriteIopsDevice);
        return settings;

        void Throttle(string file, IReadOnlyList<ThrottleDevice>? devices) => settings.AddRange((devices ?? []).Select(device =>
            new CgroupSetting("blkio", file, $"{device.Major}:{device.Minor} {device.Rate}")));
    }
}
