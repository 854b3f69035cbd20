namespace Wharf.Engine.Host;

/// <summary>Which resource limits this machine can enforce.</summary>
public sealed record CgroupFacts
{
    private const string Root = "/sys/fs/cgroup";

    /// <summary>2 on a unified hierarchy; 1 on the old one and on hybrids, where the controllers are version 1's.</summary>
    public required int Version { get; init; }

    public required bool Memory { get; init; }
    public required bool Swap { get; init; }
    public required bool Cpu { get; init; }
    public required bool Cpuset { get; init; }
    public required bool Pids { get; init; }

    /// <summary>Version 2 has no way to switch the OOM killer off.</summary>
    public bool OomKillDisable => Version == 1 && Memory;

    /// <summary>One sentence for each limit that cannot be set.</summary>
    public IReadOnlyList<string> Warnings =>
    [
        .. Missing(Memory, "memory limit"), .. Missing(Swap, "swap limit"), .. Missing(Cpu, "cpu cfs quota"), .. Missing(Cpu, "cpu cfs period"),
        .. Missing(Cpu, "cpu shares"), .. Missing(Cpuset, "cpuset"), .. Missing(Pids, "pids limit"),
    ];

    internal static CgroupFacts Read()
    {
        bool unified = File.Exists(Root + "/cgroup.controllers");
        HashSet<string> controllers = unified ? [.. File.ReadAllText(Root + "/cgroup.controllers").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)] : [.. Mounted()];
        return new CgroupFacts
        {
            Version = unified ? 2 : 1,
            Memory = controllers.Contains("memory"),
            Swap = controllers.Contains("memory") && (unified || File.Exists(Root + "/memory/memory.memsw.limit_in_bytes")),
            Cpu = controllers.Contains("cpu"),
            Cpuset = controllers.Contains("cpuset"),
            Pids = controllers.Contains("pids"),
        };
    }

    /// <summary>Controllers of version 1: each is a directory of its own, or one of a pair (<c>cpu,cpuacct</c>) with links.</summary>
    private static IEnumerable<string> Mounted() =>
        Directory.Exists(Root) ? Directory.EnumerateDirectories(Root).Select(Path.GetFileName).OfType<string>() : [];

    private static string[] Missing(bool supported, string what) => supported ? [] : [$"WARNING: No {what} support"];
}
