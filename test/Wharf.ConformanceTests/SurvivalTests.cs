using System.Diagnostics;
using System.Text.Json;
using Wharf.ConformanceTests.Harness;

namespace Wharf.ConformanceTests;

/// <summary>kill -9 of the daemon at bad moments: containers run on, nothing is lost, nothing is left.</summary>
public sealed class SurvivalTests
{
    [Fact]
    public async Task Containers_outlive_the_daemon_with_log_exec_attach_stop_and_exit_code()
    {
        await using TestDaemon daemon = await TestDaemon.StartWithBusyboxAsync();
        (await daemon.DockerAsync("run", "-d", "--name", "long", "-p", "127.0.0.1:18100:80", "busybox", "sh", "-c",
            "trap 'exit 7' TERM; i=0; while :; do i=$((i+1)); echo $i; sleep 0.02; done")).Expect();
        (await daemon.DockerAsync("run", "-d", "--name", "short", "busybox", "sh", "-c", "sleep 0.5; exit 3")).Expect();
        int pid = (await daemon.InspectAsync("long")).GetProperty("State").GetProperty("Pid").GetInt32();
        string address = AddressOf(await daemon.InspectAsync("long"));

        await daemon.KillAsync();
        Assert.True(Directory.Exists($"/proc/{pid}"));
        await Task.Delay(1000);
        await daemon.LaunchAsync();

        Assert.Equal("long", (await daemon.DockerAsync("ps", "--format", "{{.Names}}")).Expect().Text);
        JsonElement after = await daemon.InspectAsync("long");
        Assert.Equal((pid, address), (after.GetProperty("State").GetProperty("Pid").GetInt32(), AddressOf(after)));
        Assert.Equal(3, (await daemon.InspectAsync("short")).GetProperty("State").GetProperty("ExitCode").GetInt32());
        Assert.Equal("in", (await daemon.DockerAsync("exec", "long", "echo", "in")).Expect().Text);
        using (Process attached = daemon.StartCli("docker", "attach", "--no-stdin", "--sig-proxy=false", "long"))
        {
            Assert.NotNull(await attached.StandardOutput.ReadLineAsync());
            attached.Kill();
        }

        Task<CommandResult> waiting = daemon.DockerAsync("wait", "long");
        (await daemon.DockerAsync("stop", "long")).Expect();
        Assert.Equal("7", (await waiting).Expect().Text);
        int[] lines = [.. (await daemon.DockerAsync("logs", "long")).Expect().Text.Split('\n').Select(int.Parse)];
        Assert.Equal(Enumerable.Range(1, lines.Length), lines);
        Assert.True(lines.Length > 40, $"only {lines.Length} lines: output stopped while the daemon was away");
    }

    [Fact]
    public async Task A_crash_anywhere_in_create_start_and_rm_leaves_nothing()
    {
        await using TestDaemon daemon = await TestDaemon.StartWithBusyboxAsync();
        var random = new Random(7);
        for (int round = 0; round < 15; round++)
        {
            using Process client = daemon.StartCli("docker", "run", "--rm", "-p", "80", "-v", "/data", "busybox", "true");
            await Task.Delay(random.Next(20, 250));
            await daemon.RestartAfterCrashAsync();
            if (!client.HasExited)
            {
                client.Kill();
            }
        }

        await Poll.UntilAsync(
            async () => (await daemon.DockerAsync("ps", "-q")).Expect().Text.Length == 0, "containers that were running have ended");
        string[] left = (await daemon.DockerAsync("ps", "-aq")).Expect().Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (left.Length > 0)
        {
            (await daemon.DockerAsync(["rm", "-f", "-v", .. left])).Expect();
        }

        Assert.Empty(await Leftovers.OfAsync(daemon));
        Assert.Equal("", (await daemon.DockerAsync("volume", "ls", "-q")).Expect().Text);
        (await daemon.DockerAsync("run", "--rm", "busybox", "true")).Expect();
    }

    [Fact]
    public async Task A_restart_policy_is_kept_over_a_crash()
    {
        await using TestDaemon daemon = await TestDaemon.StartWithBusyboxAsync();
        (await daemon.DockerAsync("run", "-d", "--name", "always", "--restart", "always", "busybox", "sleep", "1000")).Expect();
        int pid = (await daemon.InspectAsync("always")).GetProperty("State").GetProperty("Pid").GetInt32();
        await daemon.KillAsync();
        (await Command.RunAsync("kill", ["-9", pid.ToString()])).Expect();
        await daemon.LaunchAsync();
        await Poll.UntilAsync(
            async () => (await daemon.InspectAsync("always")).GetProperty("State") is var state
                && state.GetProperty("Running").GetBoolean() && state.GetProperty("Pid").GetInt32() != pid,
            "it runs again");
    }

    [Fact]
    public async Task Two_hundred_runs_leave_nothing()
    {
        await using TestDaemon daemon = await TestDaemon.StartWithBusyboxAsync();
        (await daemon.WharfAsync("run", "--rm", "busybox", "true")).Expect();
        await Leftovers.OfAsync(daemon);
        int descriptors = Directory.GetFiles($"/proc/{daemon.ProcessId}/fd").Length;
        for (int i = 0; i < 200; i++)
        {
            (await daemon.WharfAsync("run", "--rm", "busybox", "true")).Expect();
        }

        Assert.Empty(await Leftovers.OfAsync(daemon));
        await Poll.UntilAsync(
            () => Directory.GetFiles($"/proc/{daemon.ProcessId}/fd").Length <= descriptors + 4, $"descriptors go back to {descriptors}");
    }

    [Fact]
    public async Task A_daemon_without_work_watches_no_directory()
    {
        // Web servers watch their working directory for changed configuration; a daemon's is "/".
        await using TestDaemon daemon = await TestDaemon.StartWithBusyboxAsync();
        Assert.DoesNotContain(
            Directory.GetFiles($"/proc/{daemon.ProcessId}/fdinfo"),
            file => File.ReadAllText(file).Contains("inotify wd:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_daemons_live_side_by_side()
    {
        await using TestDaemon one = await TestDaemon.StartWithBusyboxAsync();
        await using TestDaemon two = await TestDaemon.StartWithBusyboxAsync();
        (await one.DockerAsync("run", "-d", "--name", "same", "-p", "18101:80", "busybox", "sleep", "1000")).Expect();
        (await two.DockerAsync("run", "-d", "--name", "same", "-p", "18102:80", "busybox", "sleep", "1000")).Expect();
        await two.RestartAfterCrashAsync();
        Assert.Equal("same", (await one.DockerAsync("ps", "--format", "{{.Names}}")).Expect().Text);
        Assert.Equal("same", (await two.DockerAsync("ps", "--format", "{{.Names}}")).Expect().Text);
        (await one.DockerAsync("exec", "same", "true")).Expect();
        (await two.DockerAsync("exec", "same", "true")).Expect();
    }

    private static string AddressOf(JsonElement container) =>
        container.GetProperty("NetworkSettings").GetProperty("Networks").GetProperty("bridge").GetProperty("IPAddress").GetString()!;
}
