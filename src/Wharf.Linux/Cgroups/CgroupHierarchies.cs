namespace Wharf.Linux.Cgroups;

/// <summary>
/// Where this machine's control groups are mounted: one version 1 hierarchy per controller, one version 2 tree, or both (a hybrid). A controller
/// belongs to exactly one of the two; which one is read, never assumed.
/// </summary>
public sealed class CgroupHierarchies
{
    private CgroupHierarchies(IReadOnlyDictionary<string, string> version1, string? version2, IReadOnlySet<string> version2Controllers)
    {
        Version1 = version1;
        Version2 = version2;
        Version2Controllers = version2Controllers;
    }

    /// <summary>Controller (or <c>name=systemd</c>) to mount point.</summary>
    public IReadOnlyDictionary<string, string> Version1 { get; }

    /// <summary>Mount point of the version 2 tree.</summary>
    public string? Version2 { get; }

    /// <summary>Controllers that the version 2 tree has.</summary>
    public IReadOnlySet<string> Version2Controllers { get; }

    /// <summary>No version 1 controller is mounted.</summary>
    public bool IsUnified => Version2 is not null && Version1.Count == 0;

    /// <summary>Looks at this machine.</summary>
    public static CgroupHierarchies Detect() => Parse(
        File.ReadLines("/proc/self/mountinfo"),
        mount => File.Exists(mount + "/cgroup.controllers") ? File.ReadAllText(mount + "/cgroup.controllers") : "");

    /// <param name="mountInfo">Lines as in /proc/PID/mountinfo (proc(5)).</param>
    /// <param name="readControllers">Content of <c>cgroup.controllers</c> at a version 2 mount point.</param>
    public static CgroupHierarchies Parse(IEnumerable<string> mountInfo, Func<string, string> readControllers)
    {
        Dictionary<string, string> version1 = [];
        string? version2 = null;
        foreach (string line in mountInfo)
        {
            int separator = line.IndexOf(" - ", StringComparison.Ordinal);
            if (separator < 0)
            {
                continue;
            }

            string[] after = line[(separator + 3)..].Split(' ');
            if (!after[0].StartsWith("cgroup", StringComparison.Ordinal))
            {
                continue;
            }

            string mountPoint = line.Split(' ')[4];
            if (after[0] == "cgroup2")
            {
                version2 ??= mountPoint;
                continue;
            }

            foreach (string option in after[^1].Split(','))
            {
                if (IsController(option))
                {
                    version1.TryAdd(option, mountPoint);
                }
            }
        }

        return new CgroupHierarchies(version1, version2, version2 is null ? new HashSet<string>() : [.. readControllers(version2).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)]);
    }

    /// <summary>True when version 1 has the controller.</summary>
    public bool IsVersion1(string controller) => Version1.ContainsKey(controller);

    /// <summary>True when either version has the controller.</summary>
    public bool Has(string controller) => IsVersion1(controller) || Version2Controllers.Contains(controller);

    private static bool IsController(string option) => option
        is "cpu" or "cpuacct" or "cpuset" or "memory" or "devices" or "freezer" or "blkio" or "pids" or "hugetlb"
        or "net_cls" or "net_prio" or "perf_event" or "rdma" or "misc" or "name=systemd";
}
