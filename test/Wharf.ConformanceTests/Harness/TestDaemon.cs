using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;

namespace Wharf.ConformanceTests.Harness;

/// <summary>
/// A real wharfd with directories, socket, bridge and rules of its own, driven by stock clients. Disposing it removes its containers,
/// stops it and fails if it left anything behind in the kernel.
/// </summary>
public sealed class TestDaemon : IAsyncDisposable
{
    private static int s_count;
    private readonly string[] _extra;
    private readonly string _directory;
    private readonly int _subnet;
    private Process? _process;

    private TestDaemon(string[] extra)
    {
        _extra = extra;
        _subnet = Interlocked.Increment(ref s_count);
        _directory = Directory.CreateTempSubdirectory("wharf-test-").FullName;
        Http = NewHttpClient(Socket);
    }

    public string Root => Path.Combine(_directory, "root");

    public string Run => Path.Combine(_directory, "run");

    public string Socket => Path.Combine(_directory, "wharf.sock");

    /// <summary>A scratch directory that goes away with the daemon.</summary>
    public string Scratch => Directory.CreateDirectory(Path.Combine(_directory, "scratch")).FullName;

    public HttpClient Http { get; }

    public string LogFile => Path.Combine(_directory, "wharfd.log");

    public int ProcessId => _process!.Id;

    public static string BinDirectory { get; } = FindBinDirectory();

    public static async Task<TestDaemon> StartAsync(params string[] extra)
    {
        var daemon = new TestDaemon(extra);
        await daemon.LaunchAsync();
        return daemon;
    }

    /// <summary>As <see cref="StartAsync"/>, with the <c>busybox:latest</c> image in it.</summary>
    public static async Task<TestDaemon> StartWithBusyboxAsync(params string[] extra)
    {
        TestDaemon daemon = await StartAsync(extra);
        try
        {
            await daemon.ImportBusyboxAsync();
            return daemon;
        }
        catch
        {
            await daemon.KillAsync();
            throw;
        }
    }

    public async Task ImportBusyboxAsync()
    {
        string tar = Path.Combine(Scratch, "busybox.tar");
        await using (FileStream file = File.Create(tar))
        {
            await BusyboxImage.WriteRootAsync(file);
        }

        (await DockerAsync("import", "--change", "CMD [\"sh\"]", tar, "busybox:latest")).Expect();
    }

    public Task<CommandResult> DockerAsync(params string[] arguments) => CliAsync("docker", arguments);

    public Task<CommandResult> WharfAsync(params string[] arguments) => CliAsync("wharf", arguments);

    /// <summary>As <see cref="WharfAsync"/>, speaking this version of the API.</summary>
    public Task<CommandResult> WharfAtVersionAsync(string version, params string[] arguments) =>
        Command.RunAsync(PathOf("wharf"), arguments, null, new Dictionary<string, string>(ClientEnvironment()) { ["DOCKER_API_VERSION"] = version });

    /// <summary>Runs <paramref name="client"/> (docker or wharf) against this daemon.</summary>
    public Task<CommandResult> CliAsync(string client, params string[] arguments) => CliWithInputAsync(client, null, arguments);

    public Task<CommandResult> CliWithInputAsync(string client, string? input, params string[] arguments) =>
        Command.RunAsync(PathOf(client), arguments, input, ClientEnvironment());

    /// <summary>Starts a client whose streams the test drives.</summary>
    public Process StartCli(string client, params string[] arguments) => Command.Start(PathOf(client), arguments, ClientEnvironment());

    /// <summary>Runs a client on a terminal of its own (script(1)); what is in <paramref name="input"/> is typed.</summary>
    public Task<CommandResult> OnTerminalAsync(string client, string input, params string[] arguments) =>
        Command.RunAsync("script", OnTerminal(client, arguments), input, ClientEnvironment());

    /// <summary>As <see cref="OnTerminalAsync"/>, for a test that types itself; the caller disposes it.</summary>
    public Process StartOnTerminal(string client, params string[] arguments) =>
        Command.Start("script", OnTerminal(client, arguments), ClientEnvironment());

    public async Task<JsonElement> InspectAsync(string container)
    {
        CommandResult result = await DockerAsync("inspect", container);
        return JsonDocument.Parse(result.Expect().Out).RootElement[0];
    }

    /// <summary>The daemon dies as from a crash: no handler runs.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    public async Task StopAsync()
    {
        using Process kill = Command.Start("kill", ["-TERM", _process!.Id.ToString()]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
    }

    public async Task LaunchAsync()
    {
        string line = $"exec {Quote(Path.Combine(BinDirectory, "wharfd"))} --data-root {Root} --exec-root {Run} -H unix://{Socket} " +
            $"--pidfile {_directory}/wharfd.pid --config-file {_directory}/daemon.json --bip 10.210.{_subnet}.1/24 " +
            $"{string.Join(' ', _extra.Select(Quote))} >>{LogFile} 2>&1";
        string configuration = Path.Combine(_directory, "daemon.json");
        if (!File.Exists(configuration))
        {
            await File.WriteAllTextAsync(configuration, "{}");
        }

        _process = Command.Start("/bin/sh", ["-c", line]);
        await Poll.UntilAsync(
            async () =>
            {
                Assert.False(_process.HasExited, $"wharfd ended at start: {(File.Exists(LogFile) ? await File.ReadAllTextAsync(LogFile) : "")}");
                return await AnswersAsync();
            },
            "wharfd answers on its socket");
    }

    public async Task RestartAfterCrashAsync()
    {
        await KillAsync();
        await LaunchAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process!.HasExited)
        {
            await LaunchAsync();
        }

        string[] containers = (await DockerAsync("ps", "-aq")).Expect().Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (containers.Length > 0)
        {
            (await DockerAsync(["rm", "-f", "-v", .. containers])).Expect();
        }

        IReadOnlyList<string> left = await Leftovers.OfAsync(this);
        await StopAsync();
        _process.Dispose();
        Http.Dispose();
        Assert.True(left.Count == 0, "left behind:\n" + string.Join('\n', left) + "\n" + await File.ReadAllTextAsync(LogFile));
        Directory.Delete(_directory, recursive: true);
    }

    private static string PathOf(string client) => client == "wharf" ? Path.Combine(BinDirectory, "wharf") : client;

    private static string Quote(string word) => "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private string[] OnTerminal(string client, string[] arguments) =>
        ["-qec", string.Join(' ', arguments.Prepend(PathOf(client)).Select(Quote)), "/dev/null"];

    private Dictionary<string, string> ClientEnvironment() => new()
    {
        ["DOCKER_HOST"] = $"unix://{Socket}",
        ["DOCKER_CONFIG"] = Path.Combine(_directory, "client"),
        ["DOCKER_BUILDKIT"] = "0",
        ["TERM"] = "xterm",
    };

    private static HttpClient NewHttpClient(string socket) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
            return new NetworkStream(connection, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://localhost"),
        Timeout = TimeSpan.FromSeconds(60),
    };

    private static string FindBinDirectory()
    {
        if (Environment.GetEnvironmentVariable("WHARF_BIN") is { Length: > 0 } given)
        {
            return given;
        }

        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string candidate = Path.Combine(at.FullName, "artifacts", "bin");
            if (File.Exists(Path.Combine(candidate, "wharfd")))
            {
                return candidate;
            }
        }

        throw new InvalidOperationException("no artifacts/bin: run 'make build', or set WHARF_BIN");
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return (await Http.GetAsync(new Uri("/_ping", UriKind.Relative))).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
