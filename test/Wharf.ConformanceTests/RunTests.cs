using Wharf.ConformanceTests.Harness;

namespace Wharf.ConformanceTests;

/// <summary><c>run</c> and what each of its flags does, as seen from inside the container.</summary>
public sealed class RunTests(SharedDaemon shared)
{
    private readonly TestDaemon _daemon = shared.Daemon;

    [Theory, BothClients]
    public async Task Output_and_error_keep_to_their_streams(string client)
    {
        CommandResult result = await RunAsync(client, "sh", "-c", "echo out; echo err >&2");
        Assert.Equal(("out\n", "err\n"), (result.Expect().Out, result.Error));
    }

    [Theory, BothClients]
    public async Task Exit_codes_are_the_programs_own(string client)
    {
        (await RunAsync(client, "sh", "-c", "exit 42")).Expect(42);
        (await RunAsync(client, "sh", "-c", "sh -c 'kill -KILL $$'; exit $?")).Expect(137);
        (await RunAsync(client, "sh", "-c", "kill -TERM 1; sleep 1; exit 3")).Expect(3);
    }

    [Theory, BothClients]
    public async Task A_command_that_is_not_there_is_127(string client) =>
        (await RunAsync(client, "no-such-command")).Expect(127).Says("executable file not found in $PATH");

    [Theory, BothClients]
    public async Task A_command_that_cannot_be_executed_is_126(string client) =>
        (await RunAsync(client, "/etc/passwd")).Expect(126).Says("permission denied");

    [Theory, BothClients]
    public async Task An_image_that_is_not_there_is_125(string client) =>
        (await _daemon.CliAsync(client, "run", "--rm", "--pull", "never", "no-such-image")).Expect(125).Says("No such image: no-such-image:latest");

    [Theory, BothClients]
    public async Task A_device_that_is_not_there_is_told_in_dockers_words(string client) =>
        (await _daemon.CliAsync(client, "run", "--rm", "--device", "/dev/no-such", "busybox", "true"))
            .Says("error gathering device information while adding custom device \"/dev/no-such\": no such file or directory").Expect(127);

    [Theory, BothClients]
    public async Task Why_a_start_failed_is_said_once(string client)
    {
        string name = $"unstarted-{client}";
        CommandResult refused = (await _daemon.CliAsync(client, "run", "--name", name, "--network", "no-such", "busybox", "true")).Expect(125);
        Assert.Equal(2, refused.Error.Split("network no-such not found").Length);
        (await _daemon.CliAsync(client, "rm", name)).Expect();
    }

    [Theory, BothClients]
    public async Task The_first_process_is_pid_1_among_few(string client)
    {
        CommandResult result = await RunAsync(client, "sh", "-c", "echo $$; ls /proc | grep -c '^[0-9]'");
        Assert.Equal("1", result.Expect().Text.Split('\n')[0]);
        Assert.InRange(int.Parse(result.Text.Split('\n')[1]), 1, 4);
    }

    [Theory, BothClients]
    public async Task Environment_comes_from_image_flags_and_files(string client)
    {
        string file = Path.Combine(_daemon.Scratch, "env");
        await File.WriteAllTextAsync(file, "# a comment\nFROM_FILE=yes\n");
        CommandResult result = await _daemon.CliAsync(
            client, "run", "--rm", "-e", "ONE=1", "--env-file", file, "-h", "box", "busybox", "env");
        string[] lines = result.Expect().Text.Split('\n');
        Assert.Contains("ONE=1", lines);
        Assert.Contains("FROM_FILE=yes", lines);
        Assert.Contains("HOSTNAME=box", lines);
        Assert.Contains("HOME=/root", lines);
        Assert.Contains(lines, line => line.StartsWith("PATH=/usr/local/sbin:", StringComparison.Ordinal));
    }

    [Theory, BothClients]
    public async Task Working_directory_is_made_when_missing(string client) =>
        Assert.Equal("/some/where", (await _daemon.CliAsync(client, "run", "--rm", "-w", "/some/where", "busybox", "pwd")).Expect().Text);

    [Theory, BothClients]
    public async Task Users_are_looked_up_in_the_container(string client)
    {
        Assert.Equal("33 33 33 44", (await _daemon.CliAsync(
            client, "run", "--rm", "-u", "www", "busybox", "sh", "-c", "echo $(id -u) $(id -g) $(id -G)")).Expect().Text);
        Assert.Equal("7 8", (await _daemon.CliAsync(
            client, "run", "--rm", "-u", "7:8", "busybox", "sh", "-c", "echo $(id -u) $(id -g)")).Expect().Text);
        (await _daemon.CliAsync(client, "run", "--rm", "-u", "nobody-here", "busybox", "true"))
            .Expect(125).Says("unable to find user nobody-here: no matching entries in passwd file");
    }

    [Theory, BothClients]
    public async Task Entrypoint_replaces_the_images_and_clears_its_command(string client) =>
        Assert.Equal("a b", (await _daemon.CliAsync(client, "run", "--rm", "--entrypoint", "echo", "busybox", "a", "b")).Expect().Text);

    [Theory, BothClients]
    public async Task Labels_are_kept(string client)
    {
        string id = (await _daemon.CliAsync(client, "create", "--label", "a=b", "--label", "c", "busybox")).Expect().Text;
        Assert.Equal("b", (await _daemon.InspectAsync(id)).GetProperty("Config").GetProperty("Labels").GetProperty("a").GetString());
        (await _daemon.CliAsync(client, "rm", id)).Expect();
    }

    [Theory, BothClients]
    public async Task Piped_input_reaches_the_program_and_ends(string client) =>
        Assert.Equal("hello", (await _daemon.CliWithInputAsync(client, "hello", "run", "--rm", "-i", "busybox", "cat")).Expect().Text);

    [Theory, BothClients]
    public async Task A_terminal_is_a_terminal(string client)
    {
        CommandResult result = await _daemon.OnTerminalAsync(
            client, "", "run", "--rm", "-t", "busybox", "sh", "-c", "tty; test -t 0 && test -t 1 && echo both; exit 5");
        result.Expect(5).Says("/dev/pts/0").Says("both");
    }

    [Theory, BothClients]
    public async Task Tmpfs_and_read_only_root(string client)
    {
        CommandResult result = await _daemon.CliAsync(
            client, "run", "--rm", "--read-only", "--tmpfs", "/scratch:size=1m", "busybox", "sh", "-c",
            "touch /x 2>/dev/null || echo read-only; touch /scratch/x && grep ' /scratch ' /proc/mounts");
        result.Expect().Says("read-only").Says("tmpfs /scratch tmpfs").Says("size=1024k");
    }

    [Theory, BothClients]
    public async Task An_init_reaps_and_forwards(string client)
    {
        CommandResult result = await _daemon.CliAsync(
            client, "run", "--rm", "--init", "busybox", "sh", "-c", "echo $$; cat /proc/1/cmdline | tr '\\0' ' '");
        Assert.NotEqual("1", result.Expect().Text.Split('\n')[0]);
        result.Says("/sbin/docker-init -- sh");
    }

    [Theory, BothClients]
    public async Task Hosts_resolver_and_hostname_are_ours(string client)
    {
        CommandResult result = await _daemon.CliAsync(
            client, "run", "--rm", "-h", "box", "--add-host", "db:10.9.8.7", "--dns", "10.1.2.3", "--dns-search", "example.test", "busybox",
            "cat", "/etc/hostname", "/etc/hosts", "/etc/resolv.conf");
        result.Expect().Says("box\n").Says("10.9.8.7\tdb").Says("127.0.0.1\tlocalhost").Says("nameserver 10.1.2.3").Says("search example.test");
    }

    [Theory, BothClients]
    public async Task Removal_with_rm_leaves_no_container(string client)
    {
        string name = $"gone-{client}";
        (await _daemon.CliAsync(client, "run", "--rm", "--name", name, "busybox", "true")).Expect();
        await Poll.UntilAsync(
            async () => (await _daemon.CliAsync(client, "ps", "-aq", "--filter", $"name={name}")).Expect().Text.Length == 0, $"{name} is removed");
    }

    [Theory, BothClients]
    public async Task Detached_prints_the_id(string client)
    {
        CommandResult result = (await _daemon.CliAsync(client, "run", "-d", "busybox", "sleep", "1000")).Expect();
        Assert.Matches("^[0-9a-f]{64}$", result.Text);
        (await _daemon.CliAsync(client, "rm", "-f", result.Text)).Expect();
    }

    [Theory, BothClients]
    public async Task Ten_megabytes_come_through_unharmed(string client)
    {
        CommandResult result = await RunAsync(client, "sh", "-c", "dd if=/dev/zero bs=1M count=10 2>/dev/null | tr '\\0' 'x'");
        Assert.Equal(10 << 20, result.Expect().Out.Length);
        Assert.DoesNotContain(result.Out, character => character != 'x');
    }

    [Theory, BothClients]
    public async Task Signals_sent_to_the_client_reach_the_program(string client)
    {
        using var process = _daemon.StartCli(
            client, "run", "--rm", "busybox", "sh", "-c", "trap 'echo caught; exit 9' TERM; echo ready; while :; do sleep 0.05; done");
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());
        (await Command.RunAsync("kill", ["-TERM", process.Id.ToString()])).Expect();
        Assert.Equal("caught", await process.StandardOutput.ReadLineAsync());
        await process.WaitForExitAsync();
        Assert.Equal(9, process.ExitCode);
    }

    private Task<CommandResult> RunAsync(string client, params string[] command) =>
        _daemon.CliAsync(client, ["run", "--rm", "busybox", .. command]);
}
