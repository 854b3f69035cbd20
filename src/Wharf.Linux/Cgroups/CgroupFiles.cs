namespace Wharf.Linux.Cgroups;

/// <summary>
/// A cgroup by its path below the roots of all hierarchies: under cgroup v1 and hybrid it exists once in each of them, under v2 in one. What
/// differs between the two in name and unit is decided here, for those who look at or change a cgroup that a runtime has made.
/// </summary>
public static class CgroupFiles
{
    private const string Root = "/sys/fs/cgroup";
    private const string ProcessesFile = "/cgroup.procs";
    private static readonly Lazy<string[]> Hierarchies = new(() => File.Exists(Root + "/cgroup.controllers")
        ? [Root]
        : Directory.Exists(Root)
            ? [.. Directory.EnumerateDirectories(Root).Where(directory => File.GetAttributes(directory) is var kind && !kind.HasFlag(FileAttributes.ReparsePoint))]
            : []);

    /// <summary>Processes of the cgroup and of those below it.</summary>
    public static IReadOnlyList<int> Processes(string cgroup) =>
    [
        .. Everywhere(cgroup).Take(1).SelectMany(Tree).SelectMany(directory => File.ReadLines(directory + ProcessesFile)).Select(int.Parse),
    ];

    /// <summary>Names of the cgroups directly below, in any hierarchy.</summary>
    public static IReadOnlyList<string> Children(string cgroup) =>
        [.. Everywhere(cgroup).SelectMany(Directory.EnumerateDirectories).Select(directory => Path.GetFileName(directory)!).Distinct()];

    /// <summary>Removes the cgroup and those below it from every hierarchy.</summary>
    /// <exception cref="IOException">There are processes in it.</exception>
    public static void Remove(string cgroup)
    {
        foreach (string directory in Everywhere(cgroup).SelectMany(Tree).Reverse())
        {
            Directory.Delete(directory);
        }
    }

    /// <summary>The file of a controller that governs the cgroup, or null where this machine has no such thing.</summary>
    /// <param name="legacy">Controller and file under v1: <c>pids/pids.max</c>.</param>
    /// <param name="unified">File under v2.</param>
    public static string? Find(string cgroup, string legacy, string unified)
    {
        string[] parts = legacy.Split('/');
        string[] candidates = [$"{Root}/{parts[0]}{cgroup}/{parts[1]}", $"{Root}{cgroup}/{unified}"];
        return candidates.FirstOrDefault(File.Exists);
    }

    /// <summary>True when one hierarchy has all controllers (cgroup v2).</summary>
    public static bool IsUnified => Hierarchies.Value is [Root];

    private static IEnumerable<string> Everywhere(string cgroup) =>
        Hierarchies.Value.Select(hierarchy => hierarchy + cgroup).Where(Directory.Exists);

    private static IEnumerable<string> Tree(string directory) =>
        Directory.EnumerateDirectories(directory, "*", SearchOption.AllDirectories).Prepend(directory);
}
