using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using Wharf.ConformanceTests.Harness;

namespace Wharf.ConformanceTests;

/// <summary>What a container prints: kept in the log, and carried to those attached.</summary>
public sealed class LogsAndAttachTests(SharedDaemon shared)
{
    private readonly TestDaemon _daemon = shared.Daemon;

    [Theory, BothClients]
    public async Task Logs_tail_since_timestamps_and_streams(string client)
    {
        string name = $"logs-{client}";
        (await _daemon.CliAsync(client, "run", "--name", name, "busybox", "sh", "-c", "for i in 1 2 3; do echo line $i; done; echo bad >&2")).Expect();
        CommandResult all = (await _daemon.CliAsync(client, "logs", name)).Expect();
        Assert.Equal(("line 1\nline 2\nline 3\n", "bad\n"), (all.Out, all.Error));
        CommandResult tail = (await _daemon.CliAsync(client, "logs", "-n", "2", name)).Expect();
        Assert.Equal(("line 3\n", "bad\n"), (tail.Out, tail.Error));
        string stamped = (await _daemon.CliAsync(client, "logs", "-t", "-n", "4", name)).Expect().Text.Split('\n')[0];
        Assert.True(DateTimeOffset.TryParse(stamped.Split(' ')[0], CultureInfo.InvariantCulture, out _), stamped);
        Assert.Equal("", (await _daemon.CliAsync(client, "logs", "--since", "2100-01-01T00:00:00Z", name)).Expect().Text);
        (await _daemon.CliAsync(client, "rm", name)).Expect();
    }

    [Theory, BothClients]
    public async Task Logs_follow_to_the_end(string client)
    {
        string name = $"follow-{client}";
        (await _daemon.CliAsync(client, "run", "-d", "--name", name, "busybox", "sh", "-c", "for i in 1 2 3 4 5; do echo $i; sleep 0.1; done")).Expect();
        Assert.Equal("1\n2\n3\n4\n5", (await _daemon.CliAsync(client, "logs", "-f", name)).Expect().Text);
        (await _daemon.CliAsync(client, "rm", name)).Expect();
    }

    [Theory, BothClients]
    public async Task The_file_is_dockers_and_rotates(string client)
    {
        string name = $"rotate-{client}";
        (await _daemon.CliAsync(
            client, "run", "--name", name, "--log-opt", "max-size=10k", "--log-opt", "max-file=3", "busybox", "seq", "1", "2000")).Expect();
        string path = (await _daemon.InspectAsync(name)).GetProperty("LogPath").GetString()!;
        Assert.Equal(3, Directory.GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*").Length);
        Assert.Matches("^\\{\"log\":\"\\d+\\\\n\",\"stream\":\"stdout\",\"time\":\"[^\"]+Z\"\\}$", (await File.ReadAllLinesAsync(path))[0]);
        string[] kept = (await _daemon.CliAsync(client, "logs", name)).Expect().Text.Split('\n');
        Assert.Equal("2000", kept[^1]);
        Assert.Equal(Enumerable.Range(2001 - kept.Length, kept.Length).Select(number => number.ToString()), kept);
        (await _daemon.CliAsync(client, "rm", name)).Expect();
    }

    [Theory, BothClients]
    public async Task No_log_driver_keeps_nothing(string client)
    {
        string name = $"mute-{client}";
        (await _daemon.CliAsync(client, "run", "--name", name, "--log-driver", "none", "busybox", "echo", "x")).Expect();
        (await _daemon.CliAsync(client, "logs", name)).Expect(1).Says("configured logging driver does not support reading");
        (await _daemon.CliAsync(client, "rm", name)).Expect();
        (await _daemon.CliAsync(client, "run", "--rm", "--log-driver", "no-such", "busybox")).Expect(125).Says("error looking up logging plugin no-such: plugin \"no-such\" not found");
    }

    /// <summary>Docker's other door to a container's streams: bytes as they are, one message each, without the header of attach.</summary>
    [Fact]
    public async Task Attach_over_a_websocket_goes_both_ways_and_ends_with_the_container()
    {
        string id = (await _daemon.WharfAsync("run", "-d", "-i", "--rm", "busybox", "sh", "-c", "read x; echo got $x")).Expect().Text;
        using var socket = new ClientWebSocket();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await socket.ConnectAsync(new Uri($"ws://localhost/containers/{id}/attach/ws?stream=1&stdin=1&stdout=1"), _daemon.Http, patience.Token);
        await socket.SendAsync("hello\n"u8.ToArray(), WebSocketMessageType.Binary, endOfMessage: true, patience.Token);
        var text = new StringBuilder();
        byte[] buffer = new byte[1024];
        while (await socket.ReceiveAsync(buffer, patience.Token) is { MessageType: not WebSocketMessageType.Close } received)
        {
            text.Append(Encoding.UTF8.GetString(buffer, 0, received.Count));
        }

        Assert.Equal("got hello\n", text.ToString());
    }

    [Fact]
    public async Task A_hundred_thousand_lines_are_all_there_and_in_order()
    {
        (await _daemon.WharfAsync("run", "-d", "--name", "many", "busybox", "seq", "1", "100000")).Expect();
        (await _daemon.WharfAsync("wait", "many")).Expect();
        foreach (string client in (string[])["docker", "wharf"])
        {
            string[] lines = (await _daemon.CliAsync(client, "logs", "many")).Expect().Text.Split('\n');
            Assert.Equal(Enumerable.Range(1, 100000).Select(number => number.ToString()), lines);
        }

        (await _daemon.WharfAsync("rm", "many")).Expect();
    }

    [Theory, BothClients]
    public async Task Several_clients_see_the_same_and_one_types(string client)
    {
        string name = $"attach-{client}";
        (await _daemon.CliAsync(client, "create", "-i", "--name", name, "busybox", "sh", "-c", "read line; echo got $line")).Expect();
        using Process first = _daemon.StartCli(client, "start", "-ai", name);
        await Poll.UntilAsync(async () => (await _daemon.InspectAsync(name)).GetProperty("State").GetProperty("Running").GetBoolean(), "started");
        using Process second = _daemon.StartCli(client, "attach", "--no-stdin", name);
        await Task.Delay(300);
        await first.StandardInput.WriteLineAsync("this");
        await first.StandardInput.FlushAsync();
        Assert.Equal("got this", await first.StandardOutput.ReadLineAsync());
        Assert.Equal("got this", await second.StandardOutput.ReadLineAsync());
        first.StandardInput.Close();
        await first.WaitForExitAsync();
        await second.WaitForExitAsync();
        (await _daemon.CliAsync(client, "rm", name)).Expect();
    }

    [Theory, BothClients]
    public async Task Detach_keys_leave_the_container_running(string client)
    {
        string name = $"detach-{client}";
        using Process run = _daemon.StartOnTerminal(client, "run", "-it", "--name", name, "busybox", "sh", "-c", "echo ready; sleep 1000");
        Assert.StartsWith("ready", await run.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
        await run.StandardInput.WriteAsync("\u0010\u0011");
        await run.StandardInput.FlushAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await run.WaitForExitAsync(patience.Token);
        Assert.Equal(0, run.ExitCode);
        Assert.True((await _daemon.InspectAsync(name)).GetProperty("State").GetProperty("Running").GetBoolean());
        (await _daemon.CliAsync(client, "rm", "-f", name)).Expect();
    }
}
