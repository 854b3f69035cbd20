using System.Text.Json;
using Wharf.ConformanceTests.Harness;

namespace Wharf.ConformanceTests;

/// <summary>Health checks, which go on while the daemon is away.</summary>
public sealed class HealthTests
{
    [Theory, BothClients]
    public async Task A_container_starts_becomes_healthy_and_then_unhealthy(string client)
    {
        await using TestDaemon daemon = await TestDaemon.StartWithBusyboxAsync();
        (await daemon.CliAsync(
            client, "run", "-d", "--name", "hc", "--health-cmd", "echo looked; test -e /tmp/ok", "--health-interval", "200ms", "--health-retries", "2",
            "--health-start-period", "1m", "--health-start-interval", "100ms", "busybox", "sleep", "1000")).Expect();
        Assert.Contains("(health: starting)", (await daemon.CliAsync(client, "ps", "--format", "{{.Status}}")).Expect().Text);

        // Within the start period no failure counts.
        await Poll.UntilAsync(async () => (await HealthAsync(daemon)).GetProperty("Log").GetArrayLength() >= 3, "three probes");
        JsonElement starting = await HealthAsync(daemon);
        Assert.Equal(("starting", 0), (starting.GetProperty("Status").GetString(), starting.GetProperty("FailingStreak").GetInt32()));
        Assert.Equal(
            (1, "looked\n"),
            (starting.GetProperty("Log")[0].GetProperty("ExitCode").GetInt32(), starting.GetProperty("Log")[0].GetProperty("Output").GetString()));

        (await daemon.CliAsync(client, "exec", "hc", "touch", "/tmp/ok")).Expect();
        await BecomesAsync(daemon, "healthy");
        Assert.EndsWith("(healthy)", (await daemon.CliAsync(client, "ps", "--filter", "health=healthy", "--format", "{{.Status}}")).Expect().Text);
        (await daemon.CliAsync(client, "exec", "hc", "rm", "/tmp/ok")).Expect();
        await BecomesAsync(daemon, "unhealthy");
        await Poll.UntilAsync(async () => (await HealthAsync(daemon)).GetProperty("Log").GetArrayLength() == 5, "the log has five results");
        string[] actions = [];
        await Poll.UntilAsync(
            async () =>
            {
                // The client sends whole seconds: the events of the current one come with the next.
                actions = (await daemon.CliAsync(
                    client, "events", "--since", "1h", "--until", "0s", "--filter", "container=hc", "--format", "{{.Action}}")).Expect().Text.Split('\n');
                return actions.Contains("health_status: unhealthy");
            },
            "both changes are events");
        Assert.Equal(
            ["health_status: healthy", "health_status: unhealthy"], actions.Where(action => action.StartsWith("health_status", StringComparison.Ordinal)));
        int probe = Array.FindIndex(actions, action => action.StartsWith("exec_create: /bin/sh -c echo looked", StringComparison.Ordinal));
        Assert.StartsWith("exec_start: /bin/sh -c echo looked", actions[probe + 1], StringComparison.Ordinal);
        Assert.Equal("exec_die", actions[probe + 2]);
    }

    [Fact]
    public async Task A_probe_that_takes_too_long_is_killed_with_its_children()
    {
        await using TestDaemon daemon = await TestDaemon.StartWithBusyboxAsync();
        (await daemon.DockerAsync(
            "run", "-d", "--name", "hc", "--health-cmd", "echo begun; sleep 4321 & sleep 4321", "--health-interval", "1s", "--health-timeout", "300ms",
            "--health-retries", "1", "busybox", "sleep", "1000")).Expect();
        await BecomesAsync(daemon, "unhealthy");
        JsonElement result = (await HealthAsync(daemon)).GetProperty("Log")[0];
        Assert.Equal(
            (-1, "Health check exceeded timeout (300ms): begun\n"),
            (result.GetProperty("ExitCode").GetInt32(), result.GetProperty("Output").GetString()));
        await Poll.UntilAsync(
            async () => !(await daemon.DockerAsync("top", "hc")).Expect().Text.Contains("sleep 4321", StringComparison.Ordinal), "nothing of the probe is left");
    }

    [Fact]
    public async Task Probes_go_on_while_the_daemon_is_away()
    {
        await using TestDaemon daemon = await TestDaemon.StartWithBusyboxAsync();
        string flag = Path.Combine(daemon.Scratch, "flags");
        Directory.CreateDirectory(flag);
        (await daemon.DockerAsync(
            "run", "-d", "--name", "hc", "-v", flag + ":/flags", "--health-cmd", "echo x >>/flags/count; test -e /flags/ok", "--health-interval", "100ms",
            "--health-retries", "1", "busybox", "sleep", "1000")).Expect();
        await BecomesAsync(daemon, "unhealthy");
        await daemon.KillAsync();
        await File.WriteAllTextAsync(flag + "/ok", "", TestContext.Current.CancellationToken);
        int before = (await File.ReadAllLinesAsync(flag + "/count", TestContext.Current.CancellationToken)).Length;
        await Poll.UntilAsync(async () => (await File.ReadAllLinesAsync(flag + "/count")).Length > before + 3, "probes go on");
        await daemon.LaunchAsync();
        Assert.Equal("healthy", (await HealthAsync(daemon)).GetProperty("Status").GetString());
    }

    [Fact]
    public async Task A_paused_container_is_not_probed_and_a_restart_begins_again()
    {
        await using TestDaemon daemon = await TestDaemon.StartWithBusyboxAsync();
        (await daemon.DockerAsync(
            "run", "-d", "--name", "hc", "--health-cmd", "true", "--health-interval", "100ms", "busybox", "sleep", "1000")).Expect();
        await BecomesAsync(daemon, "healthy");
        (await daemon.DockerAsync("pause", "hc")).Expect();
        string paused = (await HealthAsync(daemon)).GetRawText();
        Assert.Contains("\"unhealthy\"", paused, StringComparison.Ordinal);
        await Task.Delay(400, TestContext.Current.CancellationToken);
        Assert.Equal(paused, (await HealthAsync(daemon)).GetRawText());
        (await daemon.DockerAsync("unpause", "hc")).Expect();
        await BecomesAsync(daemon, "healthy");
        (await daemon.DockerAsync("restart", "-t", "0", "hc")).Expect();
        await BecomesAsync(daemon, "healthy");
        (await daemon.DockerAsync("stop", "-t", "0", "hc")).Expect();
        Assert.Equal("unhealthy", (await HealthAsync(daemon)).GetProperty("Status").GetString());
    }

    [Fact]
    public async Task A_pause_between_two_runs_survives_a_crash_with_its_exit_code()
    {
        await using TestDaemon daemon = await TestDaemon.StartWithBusyboxAsync();
        (await daemon.DockerAsync("run", "-d", "--name", "again", "--restart", "on-failure:9", "busybox", "sh", "-c", "exit 3")).Expect();
        await Poll.UntilAsync(async () => (await StateAsync(daemon, "again")).GetProperty("Restarting").GetBoolean(), "it waits to be restarted");
        await daemon.RestartAfterCrashAsync();
        Assert.Equal(
            "", (await daemon.DockerAsync("events", "--since", "1h", "--until", "0s", "--filter", "event=die", "--format", "{{.Actor.Attributes.exitCode}}"))
                .Expect().Text.Replace("3", "", StringComparison.Ordinal).Trim());
    }

    private static async Task<JsonElement> StateAsync(TestDaemon daemon, string name) => (await daemon.InspectAsync(name)).GetProperty("State");

    private static async Task<JsonElement> HealthAsync(TestDaemon daemon) => (await StateAsync(daemon, "hc")).GetProperty("Health");

    private static Task BecomesAsync(TestDaemon daemon, string status) =>
        Poll.UntilAsync(async () => (await HealthAsync(daemon)).GetProperty("Status").GetString() == status, $"it becomes {status}");
}
