using Wharf.Linux.Cgroups;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Runtime.Cgroups;

/// <summary>One value to write into one file of a control group.</summary>
internal readonly record struct CgroupSetting(string Controller, string File, string Value);

/// <summary>Applies a specification's resources, each in the words of the version that has its controller (config-linux.md).</summary>
internal static class CgroupResources
{
    internal static void Apply(Cgroup cgroup, Resources resources)
    {
        foreach (CgroupSetting setting in Settings(cgroup.Hierarchies, resources))
        {
            cgroup.Write(setting.Controller, setting.File, setting.Value);
        }

        if (resources.Devices is { Count: > 0 } rules)
        {
            DeviceRules.Apply(cgroup, rules);
        }
    }

    /// <summary>What is written, in order.</summary>
    internal static IReadOnlyList<CgroupSetting> Settings(CgroupHierarchies hierarchies, Resources resources)
    {
        List<CgroupSetting> settings = [];
        if (resources.Memory is { } memory)
        {
            settings.AddRange(hierarchies.IsVersion1("memory") ? CgroupV1.Memory(memory) : CgroupV2.Memory(memory));
        }

        if (resources.Cpu is { } cpu)
        {
            settings.AddRange(hierarchies.IsVersion1("cpu") ? CgroupV1.Cpu(cpu) : CgroupV2.Cpu(cpu));
            AddIfSet(settings, "cpuset", "cpuset.cpus", cpu.Cpus);
            AddIfSet(settings, "cpuset", "cpuset.mems", cpu.Mems);
        }

        if (resources.Pids is { Limit: not 0 } pids)
        {
            settings.Add(new("pids", "pids.max", pids.Limit < 0 ? "max" : pids.Limit.ToString()));
        }

        if (resources.BlockIo is { } io)
        {
            settings.AddRange(hierarchies.IsVersion1("blkio") ? CgroupV1.BlockIo(io) : CgroupV2.BlockIo(io));
        }

        foreach (HugepageLimit limit in resources.HugepageLimits ?? [])
        {
            string file = hierarchies.IsVersion1("hugetlb") ? "limit_in_bytes" : "max";
            settings.Add(new("hugetlb", $"hugetlb.{limit.PageSize}.{file}", limit.Limit.ToString()));
        }

        if (resources.Network is { } network)
        {
            AddIfSet(settings, "net_cls", "net_cls.classid", network.ClassId?.ToString());
            settings.AddRange((network.Priorities ?? []).Select(priority =>
                new CgroupSetting("net_prio", "net_prio.ifpriomap", $"{priority.Name} {priority.Priority}")));
        }

        foreach ((string file, string value) in resources.Unified ?? new Dictionary<string, string>())
        {
            if (file.Contains('/', StringComparison.Ordinal) || !file.Contains('.', StringComparison.Ordinal))
            {
                throw new RuntimeFailure($"linux.resources.unified: '{file}' is not the name of a cgroup file");
            }

            settings.Add(new(file[..file.IndexOf('.', StringComparison.Ordinal)], file, value));
        }

        return settings;
    }

    internal static void AddIfSet(List<CgroupSetting> settings, string controller, string file, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            settings.Add(new(controller, file, value));
        }
    }
}
