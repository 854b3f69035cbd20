using Wharf.Oci.RuntimeSpec;

namespace Wharf.Runtime.Cgroups;

/// <summary>The files of version 2 (Documentation/admin-guide/cgroup-v2.rst), whose units the specification's are converted to.</summary>
internal static class CgroupV2
{
    private const ulong DefaultPeriod = 100_000;

    internal static IEnumerable<CgroupSetting> Memory(MemoryResources memory)
    {
        List<CgroupSetting> settings = [];
        if (memory.Limit is { } limit and not 0)
        {
            settings.Add(new("memory", "memory.max", Amount(limit)));
        }

        // Version 1 limits memory and swap together, version 2 swap alone.
        if (memory.Swap is { } swap and not 0)
        {
            if (swap > 0 && memory.Limit is not > 0)
            {
                throw new RuntimeFailure("linux.resources.memory.swap: needs linux.resources.memory.limit");
            }

            settings.Add(new("memory", "memory.swap.max", swap < 0 ? "max" : (swap - memory.Limit!.Value).ToString()));
        }

        if (memory.Reservation is { } reservation and not 0)
        {
            settings.Add(new("memory", "memory.low", Amount(reservation)));
        }

        return settings;
    }

    internal static IEnumerable<CgroupSetting> Cpu(CpuResources cpu)
    {
        List<CgroupSetting> settings = [];
        if (cpu.Shares is { } shares and not 0)
        {
            settings.Add(new("cpu", "cpu.weight", WeightOfShares(shares).ToString()));
        }

        if (cpu.Quota is { } quota and not 0 || cpu.Period is > 0)
        {
            string amount = cpu.Quota is > 0 ? cpu.Quota.Value.ToString() : "max";
            settings.Add(new("cpu", "cpu.max", $"{amount} {(cpu.Period is > 0 ? cpu.Period.Value : DefaultPeriod)}"));
        }

        CgroupResources.AddIfSet(settings, "cpu", "cpu.max.burst", cpu.Burst?.ToString());
        CgroupResources.AddIfSet(settings, "cpu", "cpu.idle", cpu.Idle?.ToString());
        return settings;
    }

    internal static IEnumerable<CgroupSetting> BlockIo(BlockIoResources io)
    {
        List<CgroupSetting> settings = [];
        if (io.Weight is { } weight and not 0)
        {
            settings.Add(new("io", "io.bfq.weight", $"default {weight}"));
        }

        settings.AddRange((io.WeightDevice ?? []).Select(device =>
            new CgroupSetting("io", "io.bfq.weight", $"{device.Major}:{device.Minor} {device.Weight}")));
        Throttle("rbps", io.ThrottleReadBpsDevice);
        Throttle("wbps", io.ThrottleWriteBpsDevice);
        Throttle("riops", io.ThrottleReadIopsDevice);
        Throttle("wiops", io.ThrottleWriteIopsDevice);
        return settings;

        void Throttle(string key, IReadOnlyList<ThrottleDevice>? devices) => settings.AddRange((devices ?? []).Select(device =>
            new CgroupSetting("io", "io.max", $"{device.Major}:{device.Minor} {key}={device.Rate}")));
    }

    /// <summary>Shares of 2 to 262144 as a weight of 1 to 10000, by the formula that runc and systemd use.</summary>
    internal static ulong WeightOfShares(ulong shares) => 1 + (((Math.Clamp(shares, 2, 262_144) - 2) * 9999) / 262_142);

    private static string Amount(long bytes) => bytes < 0 ? "max" : bytes.ToString();
}
