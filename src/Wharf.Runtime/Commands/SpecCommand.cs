using System.Text.Json;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Runtime.Commands;

/// <summary><c>spec</c>: writes a configuration to begin with.</summary>
internal static class SpecCommand
{
    private static readonly string[] Capabilities = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"];

    internal static int Execute(ReadOnlySpan<string> words)
    {
        var arguments = new Arguments(words, ["rootless"], ["bundle|b"]);
        string path = Path.Combine(arguments.Value("bundle") ?? ".", "config.json");
        if (File.Exists(path))
        {
            throw new RuntimeFailure($"File {path} exists. Remove it first");
        }

        var pretty = new JsonWriterOptions { Indented = true };
        using FileStream file = File.Create(path);
        using var writer = new Utf8JsonWriter(file, pretty);
        JsonSerializer.Serialize(writer, Example, RuntimeSpecJson.Default.Spec);
        return 0;
    }

    private static Spec Example => new()
    {
        Process = new Process
        {
            Terminal = true,
            Args = ["sh"],
            Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
            Capabilities = new Capabilities { Bounding = Capabilities, Effective = Capabilities, Permitted = Capabilities },
            Rlimits = [new Rlimit("RLIMIT_NOFILE", 1024, 1024)],
            NoNewPrivileges = true,
        },
        Root = new Root { Path = "rootfs", Readonly = true },
        Hostname = "wharf",
        Mounts =
        [
            new Mount { Destination = "/proc", Type = "proc", Source = "proc" },
            new Mount { Destination = "/dev", Type = "tmpfs", Source = "tmpfs", Options = ["nosuid", "strictatime", "mode=755", "size=65536k"] },
            new Mount { Destination = "/dev/pts", Type = "devpts", Source = "devpts", Options = ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"] },
            new Mount { Destination = "/dev/shm", Type = "tmpfs", Source = "shm", Options = ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"] },
            new Mount { Destination = "/dev/mqueue", Type = "mqueue", Source = "mqueue", Options = ["nosuid", "noexec", "nodev"] },
            new Mount { Destination = "/sys", Type = "sysfs", Source = "sysfs", Options = ["nosuid", "noexec", "nodev", "ro"] },
        ],
        Linux = new LinuxSpec
        {
            Resources = new Resources { Devices = [new DeviceRule { Allow = false, Access = "rwm" }] },
            Namespaces = [new("pid"), new("network"), new("ipc"), new("uts"), new("mount"), new("cgroup")],
            MaskedPaths = ["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/sched_debug", "/sys/firmware", "/proc/scsi"],
            ReadonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
        },
    };
}
