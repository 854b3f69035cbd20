using System.Text.Json.Nodes;
using Wharf.Linux.Clocks;
using Wharf.Linux.Files;
using Wharf.Linux.Mounts;
using Xunit;

namespace Wharf.KernelTests.Runtime;

/// <summary>How a command of the runtime ended.</summary>
internal sealed record Outcome(int Code, string Output, string Error)
{
    internal string Succeeded()
    {
        Assert.True(Code == 0, $"exit {Code}: {Error}{Output}");
        return Output.TrimEnd('\n');
    }
}

/// <summary>
/// A bundle with busybox in a temporary directory, and one container of it, driven through the command line that all OCI runtimes share.
/// <c>WHARF_RUNTIME=/usr/bin/runc</c> runs the same tests against another runtime.
/// </summary>
internal sealed class OciBundle : IDisposable
{
    private static readonly string[] Applets =
        ["sh", "cat", "ls", "id", "mount", "echo", "sleep", "true", "stat", "touch", "hostname", "ps", "dd", "grep", "readlink", "mkdir", "env", "nproc", "tail", "wc", "sysctl", "ip", "tty", "stty"];
    private readonly string _directory = Directory.CreateTempSubdirectory("wharf-oci-").FullName;
    private readonly List<string> _ids = [];

    internal OciBundle()
    {
        Assert.SkipWhen(Environment.UserName != "root", "needs root");
        Assert.SkipUnless(File.Exists(Busybox), "needs a static busybox in /usr/bin");
        foreach (string name in new[] { "bin", "proc", "sys", "dev", "tmp", "etc" })
        {
            Directory.CreateDirectory($"{Rootfs}/{name}");
        }

        File.Copy(Busybox, Rootfs + "/bin/busybox");
        foreach (string applet in Applets)
        {
            File.CreateSymbolicLink($"{Rootfs}/bin/{applet}", "busybox");
        }

        // A directory made by mkdtemp(3) is its owner's alone: a container's root mapped to another user has to pass.
        File.SetUnixFileMode(_directory, (UnixFileMode)0x1ed);
        Config = Example();
        Id = NewId();
    }

    internal static string Runtime { get; } = Find();

    internal static bool IsWharf => Path.GetFileName(Runtime) == "wharf-runtime";

    internal string Id { get; }

    internal string Location => _directory;

    internal string Rootfs => _directory + "/rootfs";

    internal string StateRoot => _directory + "/state";

    internal string Cgroup => "/wharf-kernel-tests/" + Id;

    internal JsonObject Config { get; }

    internal JsonObject Process => Config["process"]!.AsObject();

    internal JsonObject Linux => Config["linux"]!.AsObject();

    internal JsonArray Mounts => Config["mounts"]!.AsArray();

    private const string Busybox = "/usr/bin/busybox";

    /// <summary>Runs a script in a container of its own and gives out what it wrote.</summary>
    internal string Shell(string script) => RunShell(script).Succeeded();

    internal Outcome RunShell(string script) => Run("/bin/sh", "-c", script);

    /// <summary>Runs a program in a container of its own.</summary>
    internal Outcome Run(params string[] program)
    {
        string id = NewId();
        SetProgram(program);
        Linux["cgroupsPath"] = "/wharf-kernel-tests/" + id;
        return Command("run", "--bundle", _directory, id);
    }

    /// <summary>Makes the container <see cref="Id"/> of a script, not started yet.</summary>
    internal Outcome Create(string script, params string[] options)
    {
        SetProgram("/bin/sh", "-c", script);
        Linux["cgroupsPath"] = Cgroup;
        return Command(["create", "--bundle", _directory, .. options, Id]);
    }

    /// <summary>Makes and starts it.</summary>
    internal void Start(string script)
    {
        Create(script).Succeeded();
        Command("start", Id).Succeeded();
    }

    internal JsonNode State() => JsonNode.Parse(Command("state", Id).Succeeded())!;

    internal string Status() => (string)State()["status"]!;

    /// <summary>Executes one of the runtime's commands.</summary>
    internal Outcome Command(params string[] words)
    {
        string config = _directory + "/config.json";
        File.WriteAllText(config, Config.ToJsonString());

        // A container that outlives the command keeps its output open, so that goes to files instead of pipes.
        string output = Path.Combine(_directory, Guid.NewGuid().ToString("n"));
        string[] arguments = ["-c", "out=$1; shift; exec \"$@\" >\"$out.out\" 2>\"$out.err\" </dev/null", "sh", output, Runtime, "--root", StateRoot, .. words];
        using var process = System.Diagnostics.Process.Start("/bin/sh", arguments);
        Assert.True(process.WaitForExit(60_000), $"{string.Join(' ', words)} did not end");
        return new Outcome(process.ExitCode, File.ReadAllText(output + ".out"), File.ReadAllText(output + ".err"));
    }

    /// <summary>Adds a mount.</summary>
    internal void Mount(string destination, string type, string source, params string[] options) =>
        Mounts.Add(new JsonObject { ["destination"] = destination, ["type"] = type, ["source"] = source, ["options"] = new JsonArray([.. options.Select(option => (JsonNode)option)]) });

    /// <summary>A directory of the host next to the root, with one file in it.</summary>
    internal string HostDirectory(string name, string file = "file")
    {
        string path = Path.Combine(_directory, name);
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, file), name);
        return path;
    }

    internal void Namespaces(params string[] types) =>
        Linux["namespaces"] = new JsonArray([.. types.Select(type => new JsonObject { ["type"] = type })]);

    internal void JoinNamespace(string type, string path)
    {
        JsonArray namespaces = Linux["namespaces"]!.AsArray();
        namespaces.RemoveAll(entry => (string)entry!["type"]! == type);
        namespaces.Add(new JsonObject { ["type"] = type, ["path"] = path });
    }

    /// <summary>Waits until the container's output has a line, which tells that its script got there.</summary>
    internal static void Eventually(Func<bool> condition, string what)
    {
        for (int attempt = 0; attempt < 500; attempt++)
        {
            if (condition())
            {
                return;
            }

            Pause.Milliseconds(10);
        }

        Assert.Fail("in vain waited for: " + what);
    }

    /// <summary>Directories of this bundle's groups that are left in any hierarchy.</summary>
    internal IReadOnlyList<string> LeftCgroups() =>
    [
        .. Directory.EnumerateDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup")
            .SelectMany(hierarchy => _ids.Select(id => $"{hierarchy}/wharf-kernel-tests/{id}")).Where(Directory.Exists),
    ];

    public void Dispose()
    {
        foreach (string id in _ids.Where(id => Directory.Exists(Path.Combine(StateRoot, id))))
        {
            Command("delete", "--force", id);
        }

        Assert.Empty(LeftCgroups());
        Assert.Empty(MountTable.Below(_directory));
        TreeRemoval.Remove(_directory);
    }

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("WHARF_RUNTIME") is { Length: > 0 } given)
        {
            return given;
        }

        if (Environment.GetEnvironmentVariable("WHARF_BIN") is { Length: > 0 } directory)
        {
            return Path.Combine(directory, "wharf-runtime");
        }

        for (string? at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "artifacts/bin/wharf-runtime")))
            {
                return Path.Combine(at, "artifacts/bin/wharf-runtime");
            }
        }

        throw new InvalidOperationException("no wharf-runtime: set WHARF_RUNTIME or publish it to artifacts/bin");
    }

    private string NewId()
    {
        string id = "t" + Guid.NewGuid().ToString("n")[..12];
        _ids.Add(id);
        return id;
    }

    private void SetProgram(params string[] program) => Process["args"] = new JsonArray([.. program.Select(word => (JsonNode)word)]);

    private static JsonObject Example() => JsonNode.Parse("""
        {
          "ociVersion": "1.0.2",
          "hostname": "inside",
          "root": { "path": "rootfs" },
          "process": {
            "user": { "uid": 0, "gid": 0 }, "cwd": "/", "env": ["PATH=/bin"], "args": ["true"], "noNewPrivileges": false,
            "capabilities": {
              "bounding": ["CAP_CHOWN", "CAP_SETUID", "CAP_SETGID", "CAP_KILL", "CAP_MKNOD", "CAP_DAC_OVERRIDE"],
              "effective": ["CAP_CHOWN", "CAP_SETUID", "CAP_SETGID", "CAP_KILL", "CAP_MKNOD", "CAP_DAC_OVERRIDE"],
              "permitted": ["CAP_CHOWN", "CAP_SETUID", "CAP_SETGID", "CAP_KILL", "CAP_MKNOD", "CAP_DAC_OVERRIDE"]
            }
          },
          "mounts": [
            { "destination": "/proc", "type": "proc", "source": "proc", "options": ["nosuid", "noexec", "nodev"] },
            { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "strictatime", "mode=755", "size=65536k"] },
            { "destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"] },
            { "destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["nosuid", "noexec", "nodev", "ro"] },
            { "destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue", "options": ["nosuid", "noexec", "nodev"] },
            { "destination": "/dev/shm", "type": "tmpfs", "source": "shm", "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"] }
          ],
          "linux": {
            "namespaces": [{ "type": "pid" }, { "type": "mount" }, { "type": "uts" }, { "type": "ipc" }, { "type": "network" }, { "type": "cgroup" }],
            "resources": { "devices": [{ "allow": false, "access": "rwm" }] },
            "maskedPaths": ["/proc/kcore", "/proc/acpi", "/sys/firmware", "/proc/keys"],
            "readonlyPaths": ["/proc/sys", "/proc/bus"]
          }
        }
        """)!.AsObject();
}
