using System.Globalization;
using Wharf.Linux.Cgroups;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Engine.Containers.Specs;

/// <summary>Changes the limits of a cgroup that has processes in it: those that <c>update</c> can change.</summary>
internal static class CgroupLimits
{
    /// <exception cref="WharfException">The kernel refuses a value: a memory limit below what is in use, for one.</exception>
    internal static void Apply(string cgroup, Resources resources)
    {
        if (resources.Cpu is { } cpu)
        {
            ApplyCpu(cgroup, cpu);
        }

        if (resources.Memory is { } memory)
        {
            ApplyMemory(cgroup, memory);
        }

        if (resources.Pids is { } pids)
        {
            Write(cgroup, "pids/pids.max", "pids.max", Text(pids.Limit));
        }

        if (resources.BlockIo?.Weight is { } weight)
        {
            Write(cgroup, "blkio/blkio.weight", "io.bfq.weight", Text(weight));
        }
    }

    private static void ApplyCpu(string cgroup, CpuResources cpu)
    {
        if (CgroupFiles.IsUnified)
        {
            if (cpu.Quota is not null || cpu.Period is not null)
            {
                string quota = cpu.Quota is { } value and > 0 ? Text(value) : "max";
                Write(cgroup, "", "cpu.max", $"{quota} {cpu.Period ?? 100_000}");
            }

            // The kernel's own scales: 2 to 262144 shares against 1 to 10000 of weight.
            if (cpu.Shares is { } shares)
            {
                Write(cgroup, "", "cpu.weight", Text(1 + (((long)Math.Clamp(shares, 2, 262_144) - 2) * 9999 / 262_142)));
            }
        }
        else
        {
            WriteIf(cgroup, "cpu/cpu.cfs_period_us", (long?)cpu.Period);
            WriteIf(cgroup, "cpu/cpu.cfs_quota_us", cpu.Quota);
            WriteIf(cgroup, "cpu/cpu.shares", (long?)cpu.Shares);
        }

        if (cpu.Cpus is { } cpus)
        {
            Write(cgroup, "cpuset/cpuset.cpus", "cpuset.cpus", cpus);
        }

        if (cpu.Mems is { } mems)
        {
            Write(cgroup, "cpuset/cpuset.mems", "cpuset.mems", mems);
        }
    }

    private static void ApplyMemory(string cgroup, MemoryResources memory)
    {
        if (memory.Reservation is { } reservation)
        {
            Write(cgroup, "memory/memory.soft_limit_in_bytes", "memory.low", Text(reservation));
        }

        if (CgroupFiles.IsUnified)
        {
            if (memory.Limit is { } limit)
            {
                Write(cgroup, "", "memory.max", Text(limit));
            }

            // v2 counts swap by itself, Docker counts both together.
            if (memory.Swap is { } swap)
            {
                Write(cgroup, "", "memory.swap.max", swap < 0 ? "max" : Text(swap - (memory.Limit ?? 0)));
            }

            return;
        }

        // The sum may never be below the memory limit: grow it first, shrink it last.
        try
        {
            WriteIf(cgroup, "memory/memory.memsw.limit_in_bytes", memory.Swap);
            WriteIf(cgroup, "memory/memory.limit_in_bytes", memory.Limit);
        }
        catch (WharfException) when (memory is { Swap: not null, Limit: not null })
        {
            WriteIf(cgroup, "memory/memory.limit_in_bytes", memory.Limit);
            WriteIf(cgroup, "memory/memory.memsw.limit_in_bytes", memory.Swap);
        }
    }

    private static void WriteIf(string cgroup, string legacy, long? value)
    {
        if (value is { } number)
        {
            Write(cgroup, legacy, "", Text(number));
        }
    }

    private static void Write(string cgroup, string legacy, string unified, string value)
    {
        if (CgroupFiles.Find(cgroup, legacy.Length == 0 ? "/" : legacy, unified) is not { } file)
        {
            return; // This machine does not have the controller: no limit could be set at start either.
        }

        try
        {
            File.WriteAllText(file, value);
        }
        catch (IOException refused)
        {
            throw new WharfException(ErrorKind.Internal, $"cannot update container: write {value} to {file}: {refused.Message}", refused);
        }
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
