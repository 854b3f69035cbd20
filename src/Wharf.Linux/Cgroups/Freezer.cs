namespace Wharf.Linux.Cgroups;

/// <summary>Stops and continues all processes of a cgroup (cgroup-v1/freezer-subsystem.rst; cgroup-v2.rst, cgroup.freeze).</summary>
public static class Freezer
{
    /// <param name="cgroup">Path below the root of the hierarchies.</param>
    /// <exception cref="IOException">The kernel refuses.</exception>
    /// <exception cref="LinuxException">This machine has no freezer.</exception>
    public static void Freeze(string cgroup) => Write(cgroup, "FROZEN", "1");

    public static void Thaw(string cgroup) => Write(cgroup, "THAWED", "0");

    private static void Write(string cgroup, string legacy, string unified)
    {
        string file = CgroupFiles.Find(cgroup, "freezer/freezer.state", "cgroup.freeze")
            ?? throw new LinuxException("freeze", cgroup, Errno.EOPNOTSUPP);
        File.WriteAllText(file, file.EndsWith(".state", StringComparison.Ordinal) ? legacy : unified);
    }
}
