using System.Text.Json;
using Wharf.ConformanceTests.Harness;

namespace Wharf.ConformanceTests;

/// <summary>create, start, stop, restart, kill, wait, rm, ps: the states a container goes through.</summary>
public sealed class LifecycleTests(SharedDaemon shared)
{
    private readonly TestDaemon _daemon = shared.Daemon;

    [Theory, BothClients]
    public async Task Create_start_stop_start_rm(string client)
    {
        string name = $"life-{client}";
        (await _daemon.CliAsync(client, "create", "--name", name, "busybox", "sh", "-c", "trap 'exit 7' TERM; while :; do sleep 0.05; done")).Expect();
        Assert.Equal("created", await StatusAsync(name));
        Assert.Equal(name, (await _daemon.CliAsync(client, "start", name)).Expect().Text);
        Assert.Equal("running", await StatusAsync(name));
        (await _daemon.CliAsync(client, "stop", name)).Expect();
        Assert.Equal(("exited", 7), (await StatusAsync(name), await ExitCodeAsync(name)));
        (await _daemon.CliAsync(client, "start", name)).Expect();
        (await _daemon.CliAsync(client, "rm", name)).Expect(1).Says("container is running: stop the container before removing or force remove");
        (await _daemon.CliAsync(client, "rm", "-f", name)).Expect();
        (await _daemon.CliAsync(client, "inspect", "--type", "container", name)).Expect(1).Says("No such container");
    }

    [Theory, BothClients]
    public async Task Stop_kills_what_does_not_listen(string client)
    {
        string name = $"deaf-{client}";
        (await _daemon.CliAsync(client, "run", "-d", "--name", name, "busybox", "sleep", "1000")).Expect();
        (await _daemon.CliAsync(client, "stop", "-t", "0", name)).Expect();
        Assert.Equal(137, await ExitCodeAsync(name));
        (await _daemon.CliAsync(client, "rm", name)).Expect();
    }

    [Theory, BothClients]
    public async Task Stop_signal_is_the_one_asked_for(string client)
    {
        string name = $"usr1-{client}";
        (await _daemon.CliAsync(
            client, "run", "-d", "--name", name, "--stop-signal", "SIGUSR1", "busybox", "sh", "-c", "trap 'exit 5' USR1; while :; do sleep 0.05; done")).Expect();
        await Task.Delay(200, TestContext.Current.CancellationToken);
        (await _daemon.CliAsync(client, "stop", name)).Expect();
        Assert.Equal(5, await ExitCodeAsync(name));
        (await _daemon.CliAsync(client, "rm", name)).Expect();
    }

    [Theory, BothClients]
    public async Task Restart_gives_a_new_process(string client)
    {
        string name = $"again-{client}";
        (await _daemon.CliAsync(client, "run", "-d", "--name", name, "busybox", "sleep", "1000")).Expect();
        int before = (await _daemon.InspectAsync(name)).GetProperty("State").GetProperty("Pid").GetInt32();
        (await _daemon.CliAsync(client, "restart", "-t", "0", name)).Expect();
        int after = (await _daemon.InspectAsync(name)).GetProperty("State").GetProperty("Pid").GetInt32();
        Assert.NotEqual(before, after);
        Assert.Equal("running", await StatusAsync(name));
        (await _daemon.CliAsync(client, "rm", "-f", name)).Expect();
    }

    [Theory, BothClients]
    public async Task Kill_sends_any_signal(string client)
    {
        string name = $"kill-{client}";
        (await _daemon.CliAsync(
            client, "run", "-d", "--name", name, "busybox", "sh", "-c", "trap 'exit 3' HUP; while :; do sleep 0.05; done")).Expect();
        await Task.Delay(200, TestContext.Current.CancellationToken);
        (await _daemon.CliAsync(client, "kill", "-s", "HUP", name)).Expect();
        Assert.Equal("3", (await _daemon.CliAsync(client, "wait", name)).Expect().Text);
        (await _daemon.CliAsync(client, "kill", name)).Expect(1).Says("is not running");
        (await _daemon.CliAsync(client, "rm", name)).Expect();
    }

    [Theory, BothClients]
    public async Task A_name_is_taken_once(string client)
    {
        string name = $"taken-{client}";
        (await _daemon.CliAsync(client, "create", "--name", name, "busybox")).Expect();
        CommandResult second = await _daemon.CliAsync(client, "create", "--name", name, "busybox");
        Assert.NotEqual(0, second.ExitCode);
        second.Says($"Conflict. The container name \"/{name}\" is already in use by container");
        (await _daemon.CliAsync(client, "rm", name)).Expect();
    }

    [Theory, BothClients]
    public async Task Restart_policy_tries_again_and_counts(string client)
    {
        string name = $"policy-{client}";
        (await _daemon.CliAsync(client, "run", "-d", "--name", name, "--restart", "on-failure:2", "busybox", "sh", "-c", "exit 1")).Expect();
        await Poll.UntilAsync(async () => await StatusAsync(name) == "exited", "the policy gives up");
        Assert.Equal(2, (await _daemon.InspectAsync(name)).GetProperty("RestartCount").GetInt32());
        (await _daemon.CliAsync(client, "rm", name)).Expect();
    }

    [Theory, BothClients]
    public async Task Ps_lists_filters_and_formats(string client)
    {
        string name = $"listed-{client}";
        (await _daemon.CliAsync(client, "run", "-d", "--name", name, "--label", $"for={client}", "busybox", "sleep", "1000")).Expect();
        Assert.Equal(name, (await _daemon.CliAsync(client, "ps", "--filter", $"label=for={client}", "--format", "{{.Names}}")).Expect().Text);
        CommandResult table = (await _daemon.CliAsync(client, "ps", "--filter", $"name={name}")).Expect();
        Assert.StartsWith("CONTAINER ID   IMAGE     COMMAND", table.Out, StringComparison.Ordinal);
        table.Says("\"sleep 1000\"").Says("Up ");
        JsonElement row = JsonDocument.Parse(
            (await _daemon.CliAsync(client, "ps", "--filter", $"name={name}", "--format", "json")).Expect().Text).RootElement;
        Assert.Equal("running", row.GetProperty("State").GetString());
        (await _daemon.CliAsync(client, "rm", "-f", name)).Expect();
    }

    [Theory, BothClients]
    public async Task Inspect_answers_templates(string client)
    {
        string name = $"inspect-{client}";
        (await _daemon.CliAsync(client, "run", "-d", "--name", name, "-e", "A=b", "busybox", "sleep", "1000")).Expect();
        Assert.Equal(
            $"/{name} running true",
            (await _daemon.CliAsync(client, "inspect", "-f", "{{.Name}} {{.State.Status}} {{.State.Running}}", name)).Expect().Text);
        Assert.Contains("\"A=b\"", (await _daemon.CliAsync(client, "inspect", "-f", "{{json .Config.Env}}", name)).Expect().Text, StringComparison.Ordinal);
        (await _daemon.CliAsync(client, "rm", "-f", name)).Expect();
    }

    [Fact]
    public async Task Docker_and_wharf_print_the_same_about_the_same_container()
    {
        // Newer versions of the API have other fields: the stock client is shown those of its own.
        string version = (await _daemon.DockerAsync("version", "--format", "{{.Client.APIVersion}}")).Expect().Text;
        (await _daemon.DockerAsync("run", "-d", "--name", "twins", "--label", "twins", "busybox", "sleep", "1000")).Expect();
        foreach (string[] arguments in (string[][])[
            ["inspect", "twins"],
            ["ps", "--no-trunc", "--filter", "label=twins", "--format", "{{.ID}} {{.Image}} {{.Command}} {{.Names}} {{.Ports}}"],
            ["image", "inspect", "busybox"],
            ["history", "--no-trunc", "-q", "busybox"],
            // One name: the stock client keeps the names of an image in a map, and prints them in the order that it happens to have.
            ["images", "busybox", "--digests", "--format", "{{.Repository}} {{.Tag}} {{.Digest}} {{.ID}} {{.Size}}"],
            ["network", "ls", "--format", "{{.Name}} {{.Driver}} {{.Scope}}"],
            ["network", "inspect", "bridge"],
        ])
        {
            (string docker, string wharf) = await AskBothAsync(version, arguments);
            Assert.Equal(docker, wharf);
        }

        (await _daemon.DockerAsync("rm", "-f", "twins")).Expect();
    }

    /// <summary>The daemon has other tests too, which make images: both answers count only when nothing has changed between them.</summary>
    private async Task<(string Docker, string Wharf)> AskBothAsync(string version, string[] arguments)
    {
        (string Docker, string Wharf) answers = ("", "");
        string before = (await _daemon.DockerAsync(arguments)).Expect().Out;
        await Poll.UntilAsync(
            async () =>
            {
                string wharf = (await _daemon.WharfAtVersionAsync(version, arguments)).Expect().Out;
                string after = (await _daemon.DockerAsync(arguments)).Expect().Out;
                bool isStill = before == after;
                answers = (before = after, wharf);
                return isStill;
            },
            $"'{string.Join(' ', arguments)}' stays the same while both are asked");
        return answers;
    }

    private async Task<string?> StatusAsync(string name) =>
        (await _daemon.InspectAsync(name)).GetProperty("State").GetProperty("Status").GetString();

    private async Task<int> ExitCodeAsync(string name) =>
        (await _daemon.InspectAsync(name)).GetProperty("State").GetProperty("ExitCode").GetInt32();
}
