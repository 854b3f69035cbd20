using Wharf.Oci.RuntimeSpec;

namespace Wharf.Runtime.Create;

/// <summary>Where a container's mounts may be put. Other runtimes refuse the same, in about the same words.</summary>
internal static class MountRules
{
    /// <summary>Files that show a container its own share of the machine (lxcfs), and settings that mean nothing to the kernel.</summary>
    private static readonly string[] ReplaceableInProc =
    [
        "/proc/cpuinfo", "/proc/diskstats", "/proc/meminfo", "/proc/stat", "/proc/swaps", "/proc/uptime", "/proc/loadavg", "/proc/slabinfo",
        "/proc/net/dev", "/proc/sys/kernel/ns_last_pid", "/proc/sys/crypto/fips_enabled",
    ];

    /// <summary>
    /// A proc that is another file system, or has one in it, is not what masks and read-only paths are meant for, and lies to whoever trusts
    /// it (CVE-2019-16884).
    /// </summary>
    /// <exception cref="RuntimeFailure"/>
    internal static void Check(Mount mount)
    {
        if (!mount.Destination.StartsWith('/'))
        {
            throw new RuntimeFailure($"mounts: destination '{mount.Destination}' is not an absolute path");
        }

        string destination = Path.GetFullPath(mount.Destination).TrimEnd('/');
        if (destination == "/proc" && !IsProc(mount))
        {
            throw new RuntimeFailure($"mounts: \"{destination}\" cannot be mounted because it is not of type proc");
        }

        if (destination.StartsWith("/proc/", StringComparison.Ordinal) && !ReplaceableInProc.Contains(destination))
        {
            throw new RuntimeFailure($"mounts: \"{destination}\" cannot be mounted because it is inside /proc");
        }
    }

    /// <summary>Whether the place may be one of a proc file system: by its own name, which <see cref="Check"/> has passed.</summary>
    internal static bool MayLieInProc(Mount mount) => mount.Destination.StartsWith("/proc", StringComparison.Ordinal)
        && Path.GetFullPath(mount.Destination).TrimEnd('/') is string path && (path == "/proc" || ReplaceableInProc.Contains(path));

    /// <summary>Whether the host's directory is shown as /dev: then its devices are the host's, and none are made in it.</summary>
    internal static bool BringsDevices(Mount mount) =>
        Path.GetFullPath(mount.Destination).TrimEnd('/') == "/dev" && (mount.Type is "bind" || MountOptions.Parse(mount.Options).IsBind);

    /// <summary>A proc of its own, or the host's.</summary>
    private static bool IsProc(Mount mount) => mount.Type == "proc" || (mount.Source is { } source && Path.TrimEndingDirectorySeparator(source) == "/proc");
}
