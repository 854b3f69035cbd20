using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Wharf.Engine.Execution;
using Wharf.Engine.Logs;
using Wharf.Linux.Cgroups;
using Wharf.Linux.Files;
using Wharf.Oci.Monitor;
using Wharf.Oci.RuntimeSpec;
using Xunit;

namespace Wharf.KernelTests.Monitor;

/// <summary>One container made of busybox, in a bundle of its own, behind a real monitor: the published <c>wharf-runtime</c>.</summary>
internal sealed class MonitorRig : IAsyncDisposable
{
    private const string CgroupParent = "/wharf-monitor-tests-";
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string _directory = Directory.CreateTempSubdirectory("wharf-monitor-").FullName;
    private readonly RuntimeLauncher _launcher;
    private readonly string _id = Guid.NewGuid().ToString("N");
    private readonly List<IMonitor> _monitors = [];

    internal MonitorRig()
    {
        Assert.SkipWhen(Environment.UserName != "root", "needs root");
        _launcher = new RuntimeLauncher(RuntimePath);
        Directory.CreateDirectory(RunDirectory);
        string binaries = Directory.CreateDirectory(_directory + "/rootfs/bin").FullName;
        foreach (string mountPoint in (string[])["proc", "dev", "sys", "tmp"])
        {
            Directory.CreateDirectory($"{_directory}/rootfs/{mountPoint}");
        }

        File.Copy("/bin/busybox", binaries + "/busybox");
        foreach (string applet in (string[])["sh", "cat", "echo", "seq", "sleep", "stty", "true", "kill", "head", "yes", "dd", "id", "tr"])
        {
            File.CreateSymbolicLink($"{binaries}/{applet}", "busybox");
        }
    }

    /// <summary>The test does what leaves a cgroup behind: its engine would remove it.</summary>
    internal bool KillsMonitor { get; init; }

    internal string RunDirectory => _directory + "/run";

    internal string LogPath => _directory + "/container.log";

    internal IMonitors Monitors => _launcher;

    internal static string RuntimePath =>
        Path.Combine(
            Environment.GetEnvironmentVariable("WHARF_BIN") is { Length: > 0 } given ? given : Path.Combine(RepositoryRoot, "artifacts/bin"),
            "wharf-runtime");

    private static string RepositoryRoot
    {
        get
        {
            string? directory = AppContext.BaseDirectory;
            while (directory is not null && !File.Exists(directory + "/Wharf.slnx"))
            {
                directory = Path.GetDirectoryName(directory);
            }

            return directory ?? throw new InvalidOperationException("not inside the repository");
        }
    }

    /// <summary>Makes a container that runs a shell script; it is not started.</summary>
    internal Task<IMonitor> CreateAsync(string script, bool tty = false, Func<Configure, Configure>? change = null) =>
        CreateAsync(["/bin/sh", "-c", script], tty, change);

    internal async Task<IMonitor> CreateAsync(string[] arguments, bool tty = false, Func<Configure, Configure>? change = null)
    {
        WriteSpec(arguments, tty);
        var configuration = new Configure
        {
            Id = _id,
            Bundle = _directory,
            RunDirectory = RunDirectory,
            Log = new LogSettings { Driver = "json-file", Path = LogPath, MaxSize = 0, MaxFiles = 1 },
        };
        ISpareMonitor spare = _launcher.Spawn();
        await using (spare)
        {
            IMonitor monitor = await spare.CreateAsync(change?.Invoke(configuration) ?? configuration, Token);
            _monitors.Add(monitor);
            return monitor;
        }
    }

    /// <summary>A second daemon's view of the same monitor.</summary>
    internal async Task<IMonitor?> ReconnectAsync()
    {
        IMonitor? monitor = await _launcher.ReconnectAsync(RunDirectory, Token);
        if (monitor is not null)
        {
            _monitors.Add(monitor);
        }

        return monitor;
    }

    internal static Exec Exec(string id, string script, bool tty = false, bool stdin = false) => new()
    {
        ExecId = id,
        Process = new Process { Args = ["/bin/sh", "-c", script], Env = ["PATH=/bin"], Terminal = tty },
        Stdin = stdin,
        Stdout = true,
        Stderr = true,
    };

    /// <summary>What <c>logs</c> gives, standard output and error each.</summary>
    internal async Task<(string Out, string Error)> LogsAsync()
    {
        using var output = new MemoryStream();
        await new LogReader().CopyAsync(
            new LogSource(LogPath, Tty: false, Task.CompletedTask), new LogRequest { Stdout = true, Stderr = true }, output, Token);
        return Demultiplex(output.ToArray());
    }

    internal static async Task<byte[]> ReadAllAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, Token).WaitAsync(Patience);
        return all.ToArray();
    }

    /// <summary>Reads until the text has come.</summary>
    internal static async Task<string> ReadUntilAsync(Stream stream, string text)
    {
        var all = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (!all.ToString().Contains(text, StringComparison.Ordinal))
        {
            int count = await stream.ReadAsync(buffer, Token).AsTask().WaitAsync(Patience);
            Assert.True(count > 0, $"ended before '{text}' came, after: {all}");
            all.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return all.ToString();
    }

    internal static (string Out, string Error) Demultiplex(ReadOnlySpan<byte> frames)
    {
        var texts = new StringBuilder[] { new(), new() };
        while (!frames.IsEmpty)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(frames[4..]);
            texts[frames[0] - 1].Append(Encoding.UTF8.GetString(frames.Slice(8, length)));
            frames = frames[(8 + length)..];
        }

        return (texts[0].ToString(), texts[1].ToString());
    }

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Ends whatever still runs, and looks that the monitor has left nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (IMonitor monitor in _monitors)
        {
            if (!monitor.Exited.IsCompleted)
            {
                try
                {
                    await monitor.SignalAsync(9, execId: null, CancellationToken.None);
                    await ((Task)monitor.Exited.WaitAsync(Patience)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
                catch (Exception gone) when (gone is IOException or Wharf.Engine.WharfException)
                {
                    // A test took its monitor away.
                }
            }

            await monitor.DisposeAsync();
        }

        TreeRemoval.Remove(_directory);
        var cgroup = new Cgroup(CgroupHierarchies.Detect(), CgroupParent + _id);
        if (KillsMonitor)
        {
            cgroup.Delete();
        }

        Assert.False(cgroup.Exists);
    }

    private void WriteSpec(string[] arguments, bool tty)
    {
        string[] capabilities = ["CAP_KILL", "CAP_CHOWN", "CAP_DAC_OVERRIDE"];
        var spec = new Spec
        {
            Process = new Process
            {
                Args = arguments,
                Env = ["PATH=/bin"],
                Terminal = tty,
                Capabilities = new Capabilities { Bounding = capabilities, Effective = capabilities, Permitted = capabilities },
            },
            Root = new Root { Path = _directory + "/rootfs" },
            Mounts =
            [
                new Mount { Destination = "/proc", Type = "proc", Source = "proc" },
                new Mount { Destination = "/dev", Type = "tmpfs", Source = "tmpfs", Options = ["nosuid", "mode=755"] },
                new Mount { Destination = "/dev/pts", Type = "devpts", Source = "devpts", Options = ["newinstance", "ptmxmode=0666", "mode=0620"] },
            ],
            Linux = new LinuxSpec
            {
                CgroupsPath = CgroupParent + _id,
                Namespaces = [.. ((string[])["pid", "mount", "ipc", "uts"]).Select(type => new LinuxNamespace(type))],
            },
        };
        File.WriteAllBytes(_directory + "/config.json", JsonSerializer.SerializeToUtf8Bytes(spec, RuntimeSpecJson.Default.Spec));
    }
}
