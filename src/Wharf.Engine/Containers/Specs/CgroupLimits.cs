using System.Globalization;
using Wharf.Linux;
using Wharf.Linux.Cgroups;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Engine.Containers.Specs;

/// <summary>Changes the limits of a cgroup that has processes in it: those that <c>update</c> can change.</summary>
internal static class CgroupLimits
{
    private const ulong DefaultPeriod = 100_000; // microseconds, the kernel's own

    /// <exception cref="WharfException">The kernel refuses a value: a memory limit below what is in use, for one.</exception>
    internal static void Apply(Cgroup cgroup, Resources resources)
    {
        try
        {
            ApplyCpu(cgroup, resources.Cpu);
            ApplyMemory(cgroup, resources.Memory);
            Write(cgroup, "pids", "pids.max", resources.Pids?.Limit);
            Write(cgroup, "blkio", "blkio.weight", resources.BlockIo?.Weight);
            Write(cgroup, "io", "io.bfq.weight", resources.BlockIo?.Weight);
        }
        catch (LinuxException refused)
        {
            throw new WharfException(ErrorKind.Internal, $"cannot update container: {refused.Message}", refused);
        }
    }

    private static void ApplyCpu(Cgroup cgroup, CpuResources? cpu)
    {
        if (cpu is null)
        {
            return;
        }

        if (cgroup.Hierarchies.IsVersion1("cpu"))
        {
            Write(cgroup, "cpu", "cpu.cfs_period_us", (long?)cpu.Period);
            Write(cgroup, "cpu", "cpu.cfs_quota_us", cpu.Quota);
            Write(cgroup, "cpu", "cpu.shares", (long?)cpu.Shares);
        }
        else
        {
            if (cpu.Quota is not null || cpu.Period is not null)
            {
                Write(cgroup, "cpu", "cpu.max", $"{(cpu.Quota is { } quota and > 0 ? Text(quota) : "max")} {cpu.Period ?? DefaultPeriod}");
            }

            // The kernel's own scales: 2 to 262144 shares against 1 to 10000 of weight.
            Write(cgroup, "cpu", "cpu.weight", cpu.Shares is { } shares ? 1 + (((long)Math.Clamp(shares, 2, 262_144) - 2) * 9999 / 262_142) : null);
        }

        Write(cgroup, "cpuset", "cpuset.cpus", cpu.Cpus);
        Write(cgroup, "cpuset", "cpuset.mems", cpu.Mems);
    }

    private static void ApplyMemory(Cgroup cgroup, MemoryResources? memory)
    {
        if (memory is null)
        {
            return;
        }

        if (!cgroup.Hierarchies.IsVersion1("memory"))
        {
            // Version 2 counts swap by itself, Docker counts both together.
            Write(cgroup, "memory", "memory.max", memory.Limit);
            Write(cgroup, "memory", "memory.swap.max", memory.Swap is { } swap ? swap < 0 ? "max" : Text(swap - (memory.Limit ?? 0)) : null);
            Write(cgroup, "memory", "memory.low", memory.Reservation);
            return;
        }

        // The sum may never be below the memory limit, so the order depends on whether they grow or shrink.
        (string, long?) limit = ("memory.limit_in_bytes", memory.Limit);
        (string, long?) sum = ("memory.memsw.limit_in_bytes", memory.Swap);
        bool grows = memory.Limit > Current(cgroup, limit.Item1);
        foreach ((string file, long? value) in grows ? [sum, limit] : new[] { limit, sum })
        {
            Write(cgroup, "memory", file, value);
        }

        Write(cgroup, "memory", "memory.soft_limit_in_bytes", memory.Reservation);
    }

    private static long Current(Cgroup cgroup, string file) =>
        long.TryParse(cgroup.Read("memory", file)?.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : 0;

    private static void Write(Cgroup cgroup, string controller, string file, long? value) =>
        Write(cgroup, controller, file, value is { } number ? Text(number) : null);

    /// <summary>A controller that this machine does not have set no limit at the start either.</summary>
    private static void Write(Cgroup cgroup, string controller, string file, string? value)
    {
        if (value is not null && cgroup.Hierarchies.Has(controller))
        {
            cgroup.Write(controller, file, value);
        }
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
