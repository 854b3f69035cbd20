using System.Text;
using Wharf.Engine.Execution;
using Wharf.Linux.Processes;
using Wharf.Oci.Monitor;
using Xunit;

namespace Wharf.KernelTests.Monitor;

/// <summary>A container's life behind its monitor.</summary>
public sealed class MonitorTests
{
    [Fact]
    public async Task Runs_to_exit_and_records_output_and_code()
    {
        await using var rig = new MonitorRig();
        IMonitor monitor = await rig.CreateAsync("echo out; echo err >&2; printf unfinished; exit 7");
        await monitor.StartAsync(MonitorRig.Token);

        Exited exited = await monitor.Exited.WaitAsync(MonitorRig.Patience);

        Assert.Equal(7, exited.ExitCode);
        Assert.False(exited.OomKilled);
        Assert.Equal(exited, rig.Monitors.ReadExitFile(rig.RunDirectory));
        Assert.Equal(("out\nunfinished", "err\n"), await rig.LogsAsync());
        Assert.Null(await rig.ReconnectAsync());
    }

    [Fact]
    public async Task A_signal_is_128_and_its_number()
    {
        await using var rig = new MonitorRig();
        IMonitor monitor = await rig.CreateAsync(["/bin/sleep", "1000"]);
        await monitor.StartAsync(MonitorRig.Token);

        await monitor.SignalAsync(9, execId: null, MonitorRig.Token);

        Assert.Equal(137, (await monitor.Exited.WaitAsync(MonitorRig.Patience)).ExitCode);
    }

    [Theory]
    [InlineData("/bin/nothing", FailureKind.CommandNotFound)]
    [InlineData("nothing", FailureKind.CommandNotFound)]
    [InlineData("/proc", FailureKind.CommandNotExecutable)]
    public async Task A_program_that_cannot_be_executed_is_a_typed_failure(string program, FailureKind kind)
    {
        await using var rig = new MonitorRig();

        MonitorFailedException failure = await Assert.ThrowsAsync<MonitorFailedException>(async () =>
        {
            IMonitor monitor = await rig.CreateAsync([program]);
            await monitor.StartAsync(MonitorRig.Token);
        });

        Assert.Equal(kind, failure.Failed.Kind);
    }

    [Fact]
    public async Task Every_client_that_attached_before_the_start_gets_every_byte()
    {
        await using var rig = new MonitorRig();
        IMonitor monitor = await rig.CreateAsync("seq 1 20000; seq 1 100 >&2");
        Stream[] clients = new Stream[3];
        for (int i = 0; i < clients.Length; i++)
        {
            clients[i] = await monitor.AttachAsync(new Attach { Stdout = true, Stderr = i != 2 }, MonitorRig.Token);
        }

        Task<byte[]>[] reading = [.. clients.Select(MonitorRig.ReadAllAsync)];
        await monitor.StartAsync(MonitorRig.Token);
        (string Out, string Error)[] outputs = [.. (await Task.WhenAll(reading)).Select(bytes => MonitorRig.Demultiplex(bytes))];

        string expected = Lines(20000);
        Assert.All(outputs, output => Assert.Equal(expected, output.Out));
        Assert.Equal([Lines(100), Lines(100), ""], outputs.Select(output => output.Error));
    }

    [Fact]
    public async Task A_client_that_reads_only_after_the_end_gets_what_was_in_the_pipes()
    {
        const int Out = 2_000_000; // Fits into one pipe and what is kept for a client: nothing has to be read for the process to end.
        const int Error = 1_000_000;
        await using var rig = new MonitorRig();
        IMonitor monitor = await rig.CreateAsync($"head -c {Out} /dev/zero; head -c {Error} /dev/zero >&2");
        await using Stream client = await monitor.AttachAsync(new Attach { Stdout = true, Stderr = true }, MonitorRig.Token);
        await monitor.StartAsync(MonitorRig.Token);

        Assert.Equal(0, (await monitor.Exited.WaitAsync(MonitorRig.Patience)).ExitCode);
        (string Out, string Error) output = MonitorRig.Demultiplex(await MonitorRig.ReadAllAsync(client));

        Assert.Equal((Out, Error), (output.Out.Length, output.Error.Length));
    }

    [Fact]
    public async Task A_clients_half_close_is_end_of_file_and_output_goes_on()
    {
        await using var rig = new MonitorRig();
        IMonitor monitor = await rig.CreateAsync(
            "cat; echo after", change: configuration => configuration with { OpenStdin = true, StdinOnce = true });
        await using Stream client = await monitor.AttachAsync(new Attach { Stdin = true, Stdout = true }, MonitorRig.Token);
        await monitor.StartAsync(MonitorRig.Token);

        byte[] typed = Encoding.UTF8.GetBytes(Lines(50000));
        Task<byte[]> reading = MonitorRig.ReadAllAsync(client);
        await client.WriteAsync(typed, MonitorRig.Token);
        ((MonitorStream)client).CompleteInput();

        Assert.Equal(Lines(50000) + "after\n", MonitorRig.Demultiplex(await reading).Out);
        Assert.Equal(0, (await monitor.Exited.WaitAsync(MonitorRig.Patience)).ExitCode);
    }

    [Fact]
    public async Task Input_stays_open_for_the_next_client_unless_it_is_for_one()
    {
        await using var rig = new MonitorRig();
        IMonitor monitor = await rig.CreateAsync("read a; read b; echo $a$b", change: configuration => configuration with { OpenStdin = true });
        await monitor.StartAsync(MonitorRig.Token);
        foreach (string line in (string[])["one\n", "two\n"])
        {
            await using Stream client = await monitor.AttachAsync(new Attach { Stdin = true }, MonitorRig.Token);
            await client.WriteAsync(Encoding.UTF8.GetBytes(line), MonitorRig.Token);
            ((MonitorStream)client).CompleteInput();
        }

        await monitor.Exited.WaitAsync(MonitorRig.Patience);

        Assert.Equal("onetwo\n", (await rig.LogsAsync()).Out);
    }

    [Fact]
    public async Task A_terminal_has_a_size_that_can_be_changed()
    {
        await using var rig = new MonitorRig();
        IMonitor monitor = await rig.CreateAsync(
            "read a; stty size; read b; stty size", tty: true, configuration => configuration with { OpenStdin = true });
        await using Stream client = await monitor.AttachAsync(new Attach { Stdin = true, Stdout = true, Stderr = true }, MonitorRig.Token);
        await monitor.StartAsync(MonitorRig.Token);

        await monitor.ResizeAsync(30, 100, execId: null, MonitorRig.Token);
        await client.WriteAsync("\n"u8.ToArray(), MonitorRig.Token);
        await MonitorRig.ReadUntilAsync(client, "30 100\r\n");
        await monitor.ResizeAsync(31, 101, execId: null, MonitorRig.Token);
        await client.WriteAsync("\n"u8.ToArray(), MonitorRig.Token);
        await MonitorRig.ReadUntilAsync(client, "31 101\r\n");

        Assert.Equal(0, (await monitor.Exited.WaitAsync(MonitorRig.Patience)).ExitCode);
    }

    [Fact]
    public async Task Many_execs_run_at_once_each_with_its_own_streams_and_code()
    {
        await using var rig = new MonitorRig();
        IMonitor monitor = await rig.CreateAsync(["/bin/sleep", "1000"]);
        await monitor.StartAsync(MonitorRig.Token);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async number =>
        {
            RunningExec exec = await monitor.ExecAsync(
                MonitorRig.Exec($"exec{number}", $"cat; echo err{number} >&2; exit {number}", stdin: true), MonitorRig.Token);
            await exec.Stream.WriteAsync(Encoding.UTF8.GetBytes($"in{number}"), MonitorRig.Token);
            ((MonitorStream)exec.Stream).CompleteInput();
            Assert.Equal(($"in{number}", $"err{number}\n"), MonitorRig.Demultiplex(await MonitorRig.ReadAllAsync(exec.Stream)));
            Assert.Equal(number, await exec.ExitCode.WaitAsync(MonitorRig.Patience));
        }));
    }

    [Fact]
    public async Task An_exec_with_a_terminal_can_be_resized_and_signalled()
    {
        await using var rig = new MonitorRig();
        IMonitor monitor = await rig.CreateAsync(["/bin/sleep", "1000"]);
        await monitor.StartAsync(MonitorRig.Token);
        RunningExec exec = await monitor.ExecAsync(MonitorRig.Exec("x", "read a; stty size; sleep 1000", tty: true, stdin: true), MonitorRig.Token);

        await monitor.ResizeAsync(40, 120, "x", MonitorRig.Token);
        await exec.Stream.WriteAsync("\n"u8.ToArray(), MonitorRig.Token);
        await MonitorRig.ReadUntilAsync(exec.Stream, "40 120\r\n");
        await monitor.SignalAsync(9, "x", MonitorRig.Token);

        Assert.Equal(137, await exec.ExitCode.WaitAsync(MonitorRig.Patience));
    }

    [Fact]
    public async Task Execs_fail_by_kind_and_end_with_their_container()
    {
        await using var rig = new MonitorRig();
        IMonitor monitor = await rig.CreateAsync(["/bin/sleep", "1000"]);
        await Assert.ThrowsAsync<MonitorFailedException>(() => monitor.ExecAsync(MonitorRig.Exec("early", "true"), MonitorRig.Token));
        await monitor.StartAsync(MonitorRig.Token);
        MonitorFailedException missing = await Assert.ThrowsAsync<MonitorFailedException>(() => monitor.ExecAsync(
            MonitorRig.Exec("missing", "") with { Process = new() { Args = ["/no/such"] } }, MonitorRig.Token));
        RunningExec exec = await monitor.ExecAsync(MonitorRig.Exec("long", "sleep 1000"), MonitorRig.Token);

        await monitor.SignalAsync(9, execId: null, MonitorRig.Token);

        Assert.Equal(FailureKind.CommandNotFound, missing.Failed.Kind);
        Assert.Equal(137, await exec.ExitCode.WaitAsync(MonitorRig.Patience));
        Assert.Empty(await MonitorRig.ReadAllAsync(exec.Stream));
        Assert.Equal(137, (await monitor.Exited.WaitAsync(MonitorRig.Patience)).ExitCode);
    }

    [Fact]
    public async Task Lives_on_without_an_engine_and_tells_the_next_one()
    {
        await using var rig = new MonitorRig();
        IMonitor first = await rig.CreateAsync(
            "read a; echo got $a; exit 3", change: configuration => configuration with { OpenStdin = true });
        Started started = await first.StartAsync(MonitorRig.Token);
        await first.DisposeAsync();

        IMonitor second = await rig.ReconnectAsync() ?? throw new InvalidOperationException("no monitor answers");
        Assert.Equal((first.Snapshot.Pid, first.Snapshot.StartTime), (second.Snapshot.Pid, second.Snapshot.StartTime));
        Assert.Equal((true, started.UnixNanoseconds), (second.Snapshot.Started, second.Snapshot.StartedUnixNanoseconds));
        await using Stream client = await second.AttachAsync(new Attach { Stdin = true, Stdout = true }, MonitorRig.Token);
        await client.WriteAsync("it\n"u8.ToArray(), MonitorRig.Token);

        Assert.Equal(3, (await second.Exited.WaitAsync(MonitorRig.Patience)).ExitCode);
        Assert.Equal("got it\n", MonitorRig.Demultiplex(await MonitorRig.ReadAllAsync(client)).Out);
    }

    [Fact]
    public async Task A_start_that_its_engine_did_not_finish_is_undone()
    {
        await using var rig = new MonitorRig();
        IMonitor monitor = await rig.CreateAsync(["/bin/sleep", "1000"]);

        await monitor.DisposeAsync();

        await EventuallyAsync(() => !Directory.Exists($"/proc/{monitor.Snapshot.Pid}") && !Directory.Exists($"/proc/{monitor.Snapshot.MonitorPid}"));
        Assert.Null(rig.Monitors.ReadExitFile(rig.RunDirectory));
    }

    [Fact]
    public async Task A_killed_monitor_takes_its_container_along_and_is_noticed()
    {
        await using var rig = new MonitorRig { KillsMonitor = true };
        IMonitor monitor = await rig.CreateAsync(["/bin/sleep", "1000"]);
        await monitor.StartAsync(MonitorRig.Token);

        using (var process = PidFd.Open(monitor.Snapshot.MonitorPid))
        {
            PidFd.Kill(process);
        }

        await Assert.ThrowsAsync<IOException>(() => monitor.Exited.WaitAsync(MonitorRig.Patience));
        await EventuallyAsync(() => PidFd.StartTime(monitor.Snapshot.Pid) == 0 && !Directory.Exists($"/proc/{monitor.Snapshot.MonitorPid}"));
    }

    [Fact]
    public async Task A_client_that_does_not_read_holds_output_up_and_one_that_is_gone_does_not()
    {
        await using var rig = new MonitorRig();
        IMonitor monitor = await rig.CreateAsync("head -c 20000000 /dev/zero | tr '\\0' x; echo done");
        Stream lazy = await monitor.AttachAsync(new Attach { Stdout = true }, MonitorRig.Token);
        await monitor.StartAsync(MonitorRig.Token);

        await Assert.ThrowsAsync<TimeoutException>(() => monitor.Exited.WaitAsync(TimeSpan.FromSeconds(1)));
        await lazy.DisposeAsync();

        Assert.Equal(0, (await monitor.Exited.WaitAsync(MonitorRig.Patience)).ExitCode);
        Assert.EndsWith("xdone\n", (await rig.LogsAsync()).Out);
    }

    [Fact]
    public async Task Output_that_a_descendant_holds_open_is_not_waited_for_for_ever()
    {
        await using var rig = new MonitorRig();
        IMonitor monitor = await rig.CreateAsync(["/bin/sleep", "1000"]);
        await monitor.StartAsync(MonitorRig.Token);
        RunningExec exec = await monitor.ExecAsync(MonitorRig.Exec("x", "sleep 1000 & echo started"), MonitorRig.Token);

        Assert.Equal("started\n", MonitorRig.Demultiplex(await MonitorRig.ReadAllAsync(exec.Stream)).Out);
        Assert.Equal(0, await exec.ExitCode.WaitAsync(MonitorRig.Patience));
    }

    [Fact]
    public async Task Nonsense_on_the_socket_harms_nobody()
    {
        await using var rig = new MonitorRig();
        IMonitor monitor = await rig.CreateAsync(["/bin/sleep", "1000"]);
        await monitor.StartAsync(MonitorRig.Token);
        var random = new Random(20);
        for (int i = 0; i < 50; i++)
        {
            byte[] bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);
            using var socket = new System.Net.Sockets.Socket(
                Wharf.Linux.Sockets.UnixSocket.TryConnect(rig.RunDirectory, MonitorProtocol.SocketName)!);
            socket.Send(bytes);
        }

        await monitor.SignalAsync(15, execId: null, MonitorRig.Token);
        await monitor.SignalAsync(9, execId: null, MonitorRig.Token);
        Assert.Equal(137, (await monitor.Exited.WaitAsync(MonitorRig.Patience)).ExitCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_log_is_rotated_by_size_and_keeps_so_many_files(bool compress)
    {
        await using var rig = new MonitorRig();
        IMonitor monitor = await rig.CreateAsync("seq 1 20000", change: configuration => configuration with
        {
            Log = configuration.Log with { MaxSize = 200_000, MaxFiles = 3, Compress = compress },
        });
        await monitor.StartAsync(MonitorRig.Token);
        await monitor.Exited.WaitAsync(MonitorRig.Patience);

        string suffix = compress ? ".gz" : "";
        string[] files = [.. Directory.GetFiles(Path.GetDirectoryName(rig.LogPath)!, "container.log*").Select(Path.GetFileName).Order()!];
        Assert.Equal(["container.log", "container.log.1" + suffix, "container.log.2" + suffix], files);
        Assert.InRange(new FileInfo(rig.LogPath).Length, 1, 200_100);
        string kept = (await rig.LogsAsync()).Out;
        Assert.EndsWith(kept, Lines(20000));
        Assert.InRange(kept.Length, 10_000, 60_000);
    }

    [Fact]
    public async Task A_million_lines_are_all_recorded()
    {
        await using var rig = new MonitorRig();
        IMonitor monitor = await rig.CreateAsync(["/bin/seq", "1", "1000000"]);
        await monitor.StartAsync(MonitorRig.Token);
        await monitor.Exited.WaitAsync(MonitorRig.Patience);

        Assert.Equal(Lines(1_000_000), (await rig.LogsAsync()).Out);
    }

    private static string Lines(int count) => string.Concat(Enumerable.Range(1, count).Select(number => $"{number}\n"));

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        DateTime deadline = DateTime.UtcNow + MonitorRig.Patience;
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < deadline, "it did not come to be");
            await Task.Delay(10, MonitorRig.Token);
        }
    }
}
