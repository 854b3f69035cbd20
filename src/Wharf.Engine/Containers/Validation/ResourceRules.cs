namespace Wharf.Engine.Containers.Validation;

/// <summary>What limits must satisfy, in Docker's words. Nothing here touches the kernel but to learn what the machine has.</summary>
internal static class ResourceRules
{
    private const long MinimumMemory = 6 << 20;
    private const long NanosPerCpu = 1_000_000_000;

    internal static void Check(ResourceLimits limits, MachineFacts machine)
    {
        CheckMemory(limits);
        CheckCpu(limits, machine);
        if (limits.BlkioWeight is not 0 and (< 10 or > 1000)
            || limits.BlkioWeightDevice.Any(device => device.Weight is not 0 and (< 10 or > 1000)))
        {
            throw WharfException.Invalid("Range of blkio weight is from 10 to 1000");
        }

        foreach (UlimitOption ulimit in limits.Ulimits)
        {
            // -1 is "unlimited", which is above all others.
            if ((ulong)ulimit.Soft > (ulong)ulimit.Hard)
            {
                throw WharfException.Invalid($"ulimit soft limit must be less than or equal to hard limit: {ulimit.Soft} > {ulimit.Hard}");
            }
        }

        foreach (string rule in limits.DeviceCgroupRules)
        {
            _ = DeviceRuleParser.Parse(rule);
        }

        if (limits.DeviceRequestCount > 0)
        {
            throw WharfException.Invalid("could not select device driver \"\" with capabilities: [[gpu]]");
        }
    }

    private static void CheckMemory(ResourceLimits limits)
    {
        if (limits.Memory != 0 && limits.Memory < MinimumMemory)
        {
            throw WharfException.Invalid("Minimum memory limit allowed is 6MB");
        }

        if (limits.MemorySwap > 0 && limits.Memory == 0)
        {
            throw WharfException.Invalid("You should always set the Memory limit when using Memoryswap limit, see usage");
        }

        if (limits.MemorySwap > 0 && limits.MemorySwap < limits.Memory)
        {
            throw WharfException.Invalid("Minimum memoryswap limit should be larger than memory limit, see usage");
        }

        if (limits.MemorySwappiness is { } swappiness and (< -1 or > 100))
        {
            throw WharfException.Invalid($"Invalid value: {swappiness}, valid memory swappiness range is 0-100");
        }

        if (limits.MemoryReservation is not 0 and < MinimumMemory)
        {
            throw WharfException.Invalid("Minimum memory reservation allowed is 6MB");
        }

        if (limits.Memory > 0 && limits.Memory < limits.MemoryReservation)
        {
            throw WharfException.Invalid("Minimum memory limit can not be less than memory reservation limit, see usage");
        }
    }

    private static void CheckCpu(ResourceLimits limits, MachineFacts machine)
    {
        if (limits.NanoCpus > 0 && limits.CpuPeriod > 0)
        {
            throw WharfException.Invalid("Conflicting options: Nano CPUs and CPU Period cannot both be set");
        }

        if (limits.NanoCpus > 0 && limits.CpuQuota > 0)
        {
            throw WharfException.Invalid("Conflicting options: Nano CPUs and CPU Quota cannot both be set");
        }

        if (limits.NanoCpus < 0 || limits.NanoCpus > machine.CpuCount * NanosPerCpu)
        {
            throw WharfException.Invalid(
                $"Range of CPUs is from 0.01 to {machine.CpuCount}.00, as there are only {machine.CpuCount} CPUs available");
        }

        if (limits.CpuShares < 0)
        {
            throw WharfException.Invalid($"invalid CPU shares ({limits.CpuShares}): value must be a positive integer");
        }

        if (limits.CpuPeriod is not 0 and (< 1000 or > 1_000_000))
        {
            throw WharfException.Invalid("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
        }

        if (limits.CpuQuota is > 0 and < 1000)
        {
            throw WharfException.Invalid("CPU cfs quota can not be less than 1ms (i.e. 1000)");
        }

        CheckSet("cpus", "CPUs", limits.CpusetCpus, machine.OnlineCpus);
        CheckSet("mems", "memory nodes", limits.CpusetMems, machine.OnlineMemoryNodes);
    }

    private static void CheckSet(string option, string what, string asked, string available)
    {
        if (asked.Length == 0)
        {
            return;
        }

        if (CpuList.Parse(asked) is not { } wanted)
        {
            throw WharfException.Invalid($"Invalid value {asked} for cpuset {option}: invalid format: {asked}");
        }

        if (CpuList.Parse(available) is { } there && !wanted.IsSubsetOf(there))
        {
            throw WharfException.Invalid($"Requested {what} are not available - requested {asked}, available: {available}");
        }
    }
}
