using System.Text.Json;
using Wharf.ConformanceTests.Harness;

namespace Wharf.ConformanceTests;

/// <summary>exec: another process in a running container.</summary>
public sealed class ExecTests(SharedDaemon shared) : IAsyncLifetime
{
    private readonly TestDaemon _daemon = shared.Daemon;
    private string _container = "";

    public async ValueTask InitializeAsync() =>
        _container = (await _daemon.DockerAsync("run", "-d", "-h", "box", "-e", "A=image", "busybox", "sleep", "1000")).Expect().Text;

    public async ValueTask DisposeAsync() => (await _daemon.DockerAsync("rm", "-f", _container)).Expect();

    [Theory, BothClients]
    public async Task It_joins_every_namespace(string client)
    {
        string[] inside = (await ExecAsync(client, [], "sh", "-c", "hostname; { readlink /proc/1/ns/net; readlink /proc/self/ns/net; } | uniq | wc -l; ls /proc | grep -cx 1"))
            .Expect().Text.Split('\n');
        Assert.Equal(["box", "1", "1"], inside);
    }

    [Theory, BothClients]
    public async Task Exit_codes_streams_and_input(string client)
    {
        (await ExecAsync(client, [], "sh", "-c", "exit 9")).Expect(9);
        (await ExecAsync(client, [], "no-such-command")).Expect(127).Says("executable file not found in $PATH");
        (await ExecAsync(client, [], "/etc/passwd")).Expect(126).Says("permission denied");
        (await ExecAsync(client, ["-u", "nobody-here"], "true")).Expect(126).Says("unable to find user nobody-here");
        (await ExecAsync(client, ["-w", "/no-such"], "true")).Expect(126).Says("chdir to cwd");
        CommandResult both = (await ExecAsync(client, [], "sh", "-c", "echo out; echo err >&2")).Expect();
        Assert.Equal(("out\n", "err\n"), (both.Out, both.Error));
        Assert.Equal("typed", (await _daemon.CliWithInputAsync(client, "typed", "exec", "-i", _container, "cat")).Expect().Text);
    }

    [Theory, BothClients]
    public async Task Environment_user_directory_and_terminal(string client)
    {
        Assert.Equal("image b", (await ExecAsync(client, ["-e", "B=b"], "sh", "-c", "echo $A $B")).Expect().Text);
        Assert.Equal("33", (await ExecAsync(client, ["-u", "www"], "id", "-u")).Expect().Text);
        Assert.Equal("/etc", (await ExecAsync(client, ["-w", "/etc"], "pwd")).Expect().Text);
        (await _daemon.OnTerminalAsync(client, "", "exec", "-t", _container, "sh", "-c", "tty; exit 4")).Expect(4).Says("/dev/pts/");
    }

    [Theory, BothClients]
    public async Task Detached_runs_on_its_own(string client)
    {
        (await ExecAsync(client, ["-d"], "sh", "-c", $"echo done >/tmp/{client}")).Expect();
        await Poll.UntilAsync(
            async () => (await ExecAsync(client, [], "cat", $"/tmp/{client}")).ExitCode == 0, "the detached exec has written its file");
    }

    [Fact]
    public async Task Fifty_at_once_each_get_their_own_output()
    {
        CommandResult[] results = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => ExecAsync("wharf", [], "sh", "-c", $"echo {i}; exit {i}")));
        for (int i = 0; i < results.Length; i++)
        {
            Assert.Equal(i.ToString(), results[i].Expect(i).Text);
        }
    }

    [Fact]
    public async Task A_stopped_container_takes_none()
    {
        string id = (await _daemon.DockerAsync("create", "busybox")).Expect().Text;
        (await _daemon.DockerAsync("exec", id, "true")).Expect(1).Says("is not running");
        (await _daemon.DockerAsync("rm", id)).Expect();
    }

    [Fact]
    public async Task Inspect_tells_the_exit_code()
    {
        using var create = new StringContent("""{"Cmd":["sh","-c","exit 6"],"AttachStdout":true}""", null, "application/json");
        using HttpResponseMessage created = await _daemon.Http.PostAsync(new Uri($"/containers/{_container}/exec", UriKind.Relative), create);
        string id = JsonDocument.Parse(await created.Content.ReadAsStringAsync()).RootElement.GetProperty("Id").GetString()!;
        using var start = new StringContent("""{"Detach":true}""", null, "application/json");
        using HttpResponseMessage started = await _daemon.Http.PostAsync(new Uri($"/exec/{id}/start", UriKind.Relative), start);
        Assert.True(started.IsSuccessStatusCode);
        await Poll.UntilAsync(
            async () =>
            {
                JsonElement exec = JsonDocument.Parse(await _daemon.Http.GetStringAsync(new Uri($"/exec/{id}/json", UriKind.Relative))).RootElement;
                return !exec.GetProperty("Running").GetBoolean() && exec.GetProperty("ExitCode").GetInt32() == 6;
            },
            "the exec has ended with 6");
    }

    private Task<CommandResult> ExecAsync(string client, string[] flags, params string[] command) =>
        _daemon.CliAsync(client, ["exec", .. flags, _container, .. command]);
}
