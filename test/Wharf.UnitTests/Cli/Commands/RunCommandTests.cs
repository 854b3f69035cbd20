using System.Net.Sockets;
using System.Text.Json;
using Wharf.Api.Client;
using Wharf.Cli;
using Wharf.UnitTests.Cli.Harness;
using Xunit;

namespace Wharf.UnitTests.Cli.Commands;

/// <summary>What <c>run</c> asks of the daemon, in which order, and what it makes of the answers.</summary>
public sealed class RunCommandTests
{
    private const string Id = "0123456789abcdef";

    [Fact]
    public void It_attaches_and_waits_before_it_starts()
    {
        using var engine = new ScriptedEngine(Answer);
        CommandRun run = engine.Run("run", "--rm", "--name", "web", "busybox", "sh", "-c", "exit 3");
        Assert.Equal((3, "out\n", "err\n"), (run.ExitCode, run.Out, run.Error));
        Assert.Equal(
            [
                "POST /containers/create?name=web",
                $"POST /containers/{Id}/attach?stream=1&stdout=1&stderr=1",
                $"POST /containers/{Id}/wait?condition=removed",
                $"POST /containers/{Id}/start",
            ],
            engine.Requests.Select(request => request.Line));
    }

    [Fact]
    public void Flags_arrive_in_the_request()
    {
        using var engine = new ScriptedEngine(Answer);
        engine.Run(
            "run", "-d", "-it", "-e", "A=b", "-m", "64m", "--cpus", "1.5", "-p", "8080:80", "-v", "data:/data", "-v", "/anon", "--tmpfs", "/t:size=1m",
            "--ulimit", "nofile=1:2", "--restart", "on-failure:2", "--entrypoint", "", "-w", "/w", "-h", "box", "--network", "none", "busybox", "x", "-y");
        JsonElement sent = JsonDocument.Parse(engine.BodyOf("/create")).RootElement;
        JsonElement host = sent.GetProperty("HostConfig");
        Assert.Equal("[\"x\",\"-y\"]", sent.GetProperty("Cmd").GetRawText());
        Assert.Equal("[\"\"]", sent.GetProperty("Entrypoint").GetRawText());
        Assert.Equal("[\"A=b\"]", sent.GetProperty("Env").GetRawText());
        Assert.Equal("{\"/anon\":{}}", sent.GetProperty("Volumes").GetRawText());
        Assert.True(sent.GetProperty("Tty").GetBoolean());
        Assert.True(sent.GetProperty("OpenStdin").GetBoolean());
        Assert.False(sent.GetProperty("AttachStdout").GetBoolean());
        Assert.Equal((64L << 20, 1_500_000_000), (host.GetProperty("Memory").GetInt64(), host.GetProperty("NanoCpus").GetInt64()));
        Assert.Equal("{\"80/tcp\":[{\"HostIp\":\"\",\"HostPort\":\"8080\"}]}", host.GetProperty("PortBindings").GetRawText());
        Assert.Equal("[\"data:/data\"]", host.GetProperty("Binds").GetRawText());
        Assert.Equal("{\"/t\":\"size=1m\"}", host.GetProperty("Tmpfs").GetRawText());
        Assert.Equal("{\"Name\":\"on-failure\",\"MaximumRetryCount\":2}", host.GetProperty("RestartPolicy").GetRawText());
        Assert.Equal("none", host.GetProperty("NetworkMode").GetString());
    }

    [Fact]
    public void A_detached_container_prints_its_id()
    {
        using var engine = new ScriptedEngine(Answer);
        CommandRun run = engine.Run("run", "-d", "busybox");
        Assert.Equal((0, Id + "\n"), (run.ExitCode, run.Out));
        Assert.Equal(2, engine.Requests.Count);
    }

    [Theory]
    [InlineData("No such image: busybox:latest")]
    [InlineData("image with reference busybox was found but does not provide the specified platform (linux/arm64)")]
    public void A_missing_image_is_pulled_once(string missing)
    {
        bool pulled = false;
        using var engine = new ScriptedEngine((line, body) =>
        {
            if (line.Contains("/images/create", StringComparison.Ordinal))
            {
                pulled = true;
                return ScriptedEngine.Json("{\"status\":\"Pulling\",\"id\":\"latest\"}\n{\"status\":\"Downloading\",\"id\":\"l\",\"progressDetail\":{\"current\":1,\"total\":2}}\n{\"status\":\"Done\"}\n");
            }

            return !pulled && line.Contains("/create", StringComparison.Ordinal)
                ? ScriptedEngine.Json($"{{\"message\":\"{missing}\"}}", "404 Not Found")
                : Answer(line, body);
        });
        CommandRun run = engine.Run("run", "busybox");
        Assert.Equal("Unable to find image 'busybox:latest' locally\nlatest: Pulling\nDone\nerr\n", run.Error);
        Assert.Equal("POST /images/create?fromImage=busybox&tag=latest", engine.LineOf("/images/create"));
        Assert.Equal(3, run.ExitCode);
    }

    [Theory]
    [InlineData("exec: \\\"x\\\": executable file not found in $PATH", 127)]
    [InlineData("exec: \\\"/etc\\\": permission denied", 126)]
    [InlineData("something else", 125)]
    public void A_program_that_cannot_start_has_its_exit_code(string message, int code)
    {
        using var engine = new ScriptedEngine((line, body) => line.EndsWith("/start", StringComparison.Ordinal)
            ? ScriptedEngine.Json($"{{\"message\":\"{message}\"}}", "400 Bad Request")
            : Answer(line, body));
        CommandRun run = engine.Run("run", "busybox");
        Assert.Equal(code, run.ExitCode);
        Assert.StartsWith("wharf: Error response from daemon: ", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("\n\nRun 'wharf run --help' for more information\n", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run --pull foo b", 125, "wharf: invalid pull option: 'foo': must be one of \"always\", \"missing\" or \"never\"")]
    [InlineData("run -d --rm --restart always b", 125, "wharf: conflicting options: cannot specify both --restart and --rm")]
    [InlineData("run -p abc b", 125, "wharf: invalid containerPort: abc")]
    [InlineData("run --env-file /nofile b", 125, "wharf: open /nofile: no such file or directory")]
    [InlineData("run --health-cmd a --no-healthcheck b", 125, "wharf: --no-healthcheck conflicts with --health-* options")]
    [InlineData("run -a foo b", 125, "invalid argument \"foo\" for \"-a, --attach\" flag: valid streams are STDIN, STDOUT and STDERR")]
    [InlineData("run", 1, "wharf: 'wharf run' requires at least 1 argument")]
    [InlineData("ps a", 1, "wharf: 'wharf ps' accepts no arguments")]
    [InlineData("volume create a b", 1, "wharf: 'wharf volume create' requires at most 1 argument")]
    [InlineData("rn", 1, "wharf: 'rn' is not a wharf command.\nDid you mean: rm, run")]
    [InlineData("container strat", 1, "wharf: 'container strat' is not a wharf command.\nDid you mean: container start, container stats")]
    [InlineData("ps --format {{.Foo", 1, "failed to parse template: template: :1: unclosed action")]
    [InlineData("login --password-stdin", 1, "the --password-stdin option requires --username to be set")]
    public void Mistakes_end_before_the_daemon_is_asked(string line, int code, string message)
    {
        using var engine = new ScriptedEngine((_, _) => ScriptedEngine.Json("[]"));
        CommandRun run = engine.Run(line.Split(' '));
        Assert.Equal(code, run.ExitCode);
        Assert.StartsWith(message + "\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_daemon_that_is_not_there_is_named()
    {
        CommandRun run = CommandRun.Of("-H", "unix:///nowhere.sock", "ps");
        Assert.Equal((1, "Cannot connect to the Wharf daemon at unix:///nowhere.sock. Is the wharf daemon running?\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public void A_daemon_that_is_not_for_everybody_says_who_may()
    {
        var refused = new DockerUnreachableException(DockerEndpoint.Parse("unix:///run/wharf.sock"), new SocketException((int)SocketError.AccessDenied));
        Assert.Equal(
            "permission denied while trying to connect to the Wharf daemon at unix:///run/wharf.sock: be root, or a member of the group \"wharf\"",
            WharfProgram.Describe(refused));
    }

    [Fact]
    public void Ports_are_listed_as_people_order_them()
    {
        using var engine = new ScriptedEngine((_, _) => ScriptedEngine.Json(
            """
            {"Id":"x","NetworkSettings":{"Ports":{"443/tcp":null,"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"81"},{"HostIp":"0.0.0.0","HostPort":"43355"},
            {"HostIp":"0.0.0.0","HostPort":"8080"}],"9/udp":[{"HostIp":"0.0.0.0","HostPort":"9"}]}}}
            """));
        Assert.Equal(
            "9/udp -> 0.0.0.0:9\n80/tcp -> 0.0.0.0:8080\n80/tcp -> 0.0.0.0:43355\n80/tcp -> 127.0.0.1:81\n", engine.Run("port", "x").Out);
        Assert.Equal("0.0.0.0:8080\n0.0.0.0:43355\n127.0.0.1:81\n", engine.Run("port", "x", "80").Out);
    }

    private static byte[] Answer(string line, string body) =>
        line.Contains("/containers/create", StringComparison.Ordinal) ? ScriptedEngine.Json($"{{\"Id\":\"{Id}\",\"Warnings\":[]}}", "201 Created")
        : line.Contains("/attach", StringComparison.Ordinal) ? ScriptedEngine.Upgraded((1, "out\n"), (2, "err\n"))
        : line.Contains("/wait", StringComparison.Ordinal) ? ScriptedEngine.Json("{\"StatusCode\":3}")
        : "HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray();
}
