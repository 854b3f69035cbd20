using System.Globalization;
using System.Runtime.InteropServices;

namespace Wharf.Engine.Host;

/// <summary>What <c>info</c> and <c>version</c> say about this machine, read from the kernel and <c>/etc</c>.</summary>
public sealed record HostFacts
{
    /// <summary>The engine's id; the same over restarts.</summary>
    public required string Id { get; init; }

    public required string HostName { get; init; }
    public required string KernelVersion { get; init; }

    /// <summary><c>Debian GNU/Linux 12 (bookworm)</c>.</summary>
    public required string OperatingSystem { get; init; }

    public required string OperatingSystemVersion { get; init; }

    /// <summary>As the kernel names it: x86_64, aarch64.</summary>
    public required string Machine { get; init; }

    /// <summary>As Go and OCI name it: amd64, arm64.</summary>
    public required string Architecture { get; init; }

    public required int Processors { get; init; }

    /// <summary>Bytes.</summary>
    public required long Memory { get; init; }

    /// <summary>Type of the filesystem that the data root is on.</summary>
    public required string BackingFilesystem { get; init; }

    public required CgroupFacts Cgroups { get; init; }
    public required IReadOnlyList<string> SecurityOptions { get; init; }

    /// <summary>Whether the kernel forwards IPv4 packets now; asked each time, since others change it.</summary>
    public static bool IPv4Forwarding => ReadWord("/proc/sys/net/ipv4/ip_forward") == "1";

    internal static HostFacts Read(EngineOptions options)
    {
        IReadOnlyDictionary<string, string> release = OsRelease.Read();
        CgroupFacts cgroups = CgroupFacts.Read();
        return new HostFacts
        {
            Id = EngineIdentity.Load(options.Root),
            HostName = ReadWord("/proc/sys/kernel/hostname"),
            KernelVersion = ReadWord("/proc/sys/kernel/osrelease"),
            OperatingSystem = release.GetValueOrDefault("PRETTY_NAME", "Linux"),
            OperatingSystemVersion = release.GetValueOrDefault("VERSION_ID", ""),
            Machine = RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "aarch64" : "x86_64",
            Architecture = RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64",
            Processors = Environment.ProcessorCount,
            Memory = ReadMemory(),
            BackingFilesystem = BackingFilesystemOf(options.Root),
            Cgroups = cgroups,
            SecurityOptions = ReadSecurity(options, cgroups),
        };
    }

    private static List<string> ReadSecurity(EngineOptions options, CgroupFacts cgroups)
    {
        List<string> found = [];
        if (Directory.Exists("/sys/kernel/security/apparmor"))
        {
            found.Add("name=apparmor");
        }

        found.Add($"name=seccomp,profile={options.SeccompProfile ?? "builtin"}");
        if (options.UsernsRemap is not null)
        {
            found.Add("name=userns");
        }

        if (cgroups.Version == 2)
        {
            found.Add("name=cgroupns");
        }

        return found;
    }

    private static long ReadMemory()
    {
        foreach (string line in File.ReadLines("/proc/meminfo"))
        {
            if (line.StartsWith("MemTotal:", StringComparison.Ordinal))
            {
                return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
            }
        }

        return 0;
    }

    /// <summary>The type of the mount with the longest prefix of <paramref name="path"/> (proc_pid_mountinfo(5)).</summary>
    private static string BackingFilesystemOf(string path)
    {
        (int Length, string Type) best = (-1, "unknown");
        foreach (string line in File.ReadLines("/proc/self/mountinfo"))
        {
            string[] halves = line.Split(" - ");
            string mountPoint = halves[0].Split(' ')[4];
            bool inside = mountPoint == "/" || path == mountPoint || path.StartsWith(mountPoint + "/", StringComparison.Ordinal);
            if (inside && mountPoint.Length >= best.Length && halves.Length == 2)
            {
                best = (mountPoint.Length, halves[1].Split(' ')[0]);
            }
        }

        // What df and Docker print for this family.
        return best.Type is "ext2" or "ext3" or "ext4" ? "extfs" : best.Type;
    }

    private static string ReadWord(string path) => File.ReadAllText(path).Trim();
}
