using System.Diagnostics;
using System.Text.Json;
using Wharf.ConformanceTests.Harness;

namespace Wharf.ConformanceTests;

/// <summary>Builds through both doors: Docker's classic one, and Wharf's own.</summary>
public sealed class BuildTests(SharedDaemon shared)
{
    private readonly TestDaemon _daemon = shared.Daemon;

    [Theory, BothClients]
    public async Task Stages_copies_and_variables_make_an_image_that_runs(string client)
    {
        string context = Context(
            client,
            ("Dockerfile", $"""
                FROM busybox AS made
                RUN echo made > /made && echo heard by {client} | tr a-z A-Z
                FROM busybox
                ARG WORD=none
                ENV SAID=$WORD
                COPY --from=made /made /
                COPY . /app/
                CMD ["sh", "-c", "cat /made /app/sub/file; echo $SAID"]
                """),
            ("sub/file", "copied\n"),
            ("ignored/file", "no"),
            (".dockerignore", "ignored\n.dockerignore\nDockerfile\n"));
        string name = $"stages-{client}";
        CommandResult first = (await _daemon.CliAsync(client, "build", "-t", name, "-t", $"{name}:two", "--build-arg", "WORD=word", "--label", "a=b", context)).Expect();
        first.Says("HEARD").Says("Successfully built").Says($"Successfully tagged {name}:two");
        Assert.Equal("made\ncopied\nword", (await _daemon.CliAsync(client, "run", "--rm", name)).Expect().Text);
        Assert.Equal("sub", (await _daemon.CliAsync(client, "run", "--rm", $"{name}:two", "ls", "/app")).Expect().Text);
        JsonElement image = await _daemon.InspectAsync(name);
        Assert.Equal("b", image.GetProperty("Config").GetProperty("Labels").GetProperty("a").GetString());

        CommandResult again = (await _daemon.CliAsync(client, "build", "-t", name, "--build-arg", "WORD=word", "--label", "a=b", context)).Expect();
        Assert.DoesNotContain("HEARD", again.Out + again.Error, StringComparison.Ordinal);
        Assert.Equal(image.GetProperty("Id").GetString(), (await _daemon.InspectAsync(name)).GetProperty("Id").GetString());

        await File.WriteAllTextAsync(Path.Combine(context, "sub/file"), "changed\n");
        (await _daemon.CliAsync(client, "build", "-t", name, "--build-arg", "WORD=word", context)).Expect();
        Assert.Equal("made\nchanged\nword", (await _daemon.CliAsync(client, "run", "--rm", name)).Expect().Text);
    }

    [Theory, BothClients]
    public async Task A_step_that_fails_ends_the_build_with_its_code_and_its_words(string client)
    {
        string context = Context(client, ("Dockerfile", "FROM busybox\nRUN echo last words; exit 7\nRUN echo never\n"));
        CommandResult failed = (await _daemon.CliAsync(client, "build", "-t", $"failed-{client}", context)).Expect(7);
        failed.Says("last words").Says("The command '/bin/sh -c echo last words; exit 7' returned a non-zero code: 7");
        Assert.DoesNotContain("Successfully", failed.Out, StringComparison.Ordinal);
        (await _daemon.CliAsync(client, "image", "inspect", $"failed-{client}")).Expect(1);
        Assert.Empty((await _daemon.CliAsync(client, "ps", "-aq")).Expect().Text);
    }

    [Theory, BothClients]
    public async Task Quiet_prints_the_id_and_iidfile_holds_it(string client)
    {
        string context = Context(client, ("Dockerfile", "FROM busybox AS a\nRUN echo loud\nFROM a\nRUN exit 1\n"));
        string file = Path.Combine(context, "id");
        CommandResult built = (await _daemon.CliAsync(client, "build", "-q", "--target", "a", "--iidfile", file, context)).Expect();
        Assert.StartsWith("sha256:", built.Text, StringComparison.Ordinal);
        Assert.Equal(built.Text, (await File.ReadAllTextAsync(file)).Trim());
        (await _daemon.CliAsync(client, "build", "-q", "--iidfile", file, context)).Expect(1);
        Assert.False(File.Exists(file));
    }

    [Theory, BothClients]
    public async Task No_cache_runs_every_step_again(string client)
    {
        string context = Context(client, ("Dockerfile", "FROM busybox\nRUN cat /proc/sys/kernel/random/uuid > /id\n"));
        async Task<string> BuildAsync(params string[] more) => (await _daemon.CliAsync(client, ["build", "-q", .. more, context])).Expect().Text;
        string first = await BuildAsync();
        Assert.Equal(first, await BuildAsync());
        Assert.NotEqual(first, await BuildAsync("--no-cache"));
    }

    [Theory, BothClients]
    public async Task A_Dockerfile_may_lie_elsewhere_or_come_by_stdin(string client)
    {
        string context = Context(client, ("file", "here"));
        string outside = Path.Combine(Context(client + "-outside", ("x", "")), "Other.Dockerfile");
        await File.WriteAllTextAsync(outside, "FROM busybox\nCOPY file /\nRUN ls / | grep -v Dockerfile\n");
        (await _daemon.CliAsync(client, "build", "-f", outside, "-t", $"elsewhere-{client}", context)).Expect();
        Assert.Equal("here", (await _daemon.CliAsync(client, "run", "--rm", $"elsewhere-{client}", "cat", "/file")).Expect().Text);
        (await _daemon.CliWithInputAsync(client, "FROM busybox\nCOPY file /second\n", "build", "-f", "-", "-t", $"elsewhere-{client}", context)).Expect();
        Assert.Equal("here", (await _daemon.CliAsync(client, "run", "--rm", $"elsewhere-{client}", "cat", "/second")).Expect().Text);
        (await _daemon.CliWithInputAsync(client, "FROM busybox\nRUN echo from stdin\n", "build", "--no-cache", "-")).Expect().Says("from stdin");
        (await _daemon.CliWithInputAsync(client, "x", "build", "-f", "-", "-")).Expect(1).Says("can't use stdin for both build context and dockerfile");
    }

    [Theory, BothClients]
    public async Task An_archive_on_stdin_is_a_context(string client)
    {
        string context = Context(client, ("d/Dockerfile", "FROM busybox\nCOPY file /\n"), ("file", "packed"));
        string archive = Path.Combine(_daemon.Scratch, $"context-{client}.tar.gz");
        (await Command.RunAsync("tar", ["-C", context, "-czf", archive, "."])).Expect();
        (await Command.RunAsync("sh", ["-c", $"exec {PathOf(client)} build -f d/Dockerfile -t packed-{client} - <{archive}"], null, Environment())).Expect();
        Assert.Equal("packed", (await _daemon.CliAsync(client, "run", "--rm", $"packed-{client}", "cat", "/file")).Expect().Text);
    }

    [Theory, BothClients]
    public async Task Steps_run_within_the_limits_and_the_network_that_were_asked_for(string client)
    {
        string context = Context(client, ("Dockerfile", """
            FROM busybox
            RUN ip link | grep -c ^[0-9] > /links
            RUN ulimit -n > /files && df -k /dev/shm | tail -n 1 | awk '{print $2}' > /shm
            RUN cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null | head -n 1 > /memory
            """));
        string[] flags = ["--network", "none", "--memory", "64m", "--ulimit", "nofile=99:99", "--shm-size", "8m", "--cpu-shares", "100", "--cpuset-cpus", "0"];
        (await _daemon.CliAsync(client, ["build", .. flags, "-t", $"limits-{client}", context])).Expect();
        Assert.Equal(
            "1\n99\n8192\n67108864",
            (await _daemon.CliAsync(client, "run", "--rm", $"limits-{client}", "cat", "/links", "/files", "/shm", "/memory")).Expect().Text);

        string hosts = Context(client + "-hosts", ("Dockerfile", $"FROM busybox\nRUN : {client}; grep 10.9.8.7 /etc/hosts\n"));
        (await _daemon.CliAsync(client, "build", "--add-host", "there:10.9.8.7", "-t", $"hosts-{client}", hosts)).Expect().Says("there");
    }

    [Fact]
    public async Task Squash_leaves_one_layer_on_the_base()
    {
        string context = Context("squash", ("Dockerfile", "FROM busybox\nRUN echo 1 > /one\nRUN echo 2 > /two && rm /one\n"));
        (await _daemon.WharfAsync("build", "--squash", "-t", "squashed", context)).Expect();
        Assert.Equal(2, (await _daemon.InspectAsync("squashed")).GetProperty("RootFS").GetProperty("Layers").GetArrayLength());
        Assert.Equal("2", (await _daemon.WharfAsync("run", "--rm", "squashed", "cat", "/two")).Expect().Text);
    }

    [Theory]
    [InlineData("FROM busybox\nFOO bar", "unknown instruction: FOO")]
    [InlineData("FROM busybox\nCOPY --wrong=1 a b", "unknown flag")]
    [InlineData("FROM busybox\nCOPY --from=nowhere/never:x a b", "")]
    [InlineData("FROM b AS a\nFROM a AS b", "")]
    [InlineData("FROM busybox AS a\nCOPY --from=b x y\nFROM busybox AS b\nCOPY --from=a x y", "")]
    [InlineData("RUN true", "no build stage in current context")]
    [InlineData("", "cannot be empty")]
    [InlineData("FROM busybox\nCOPY missing /", "missing")]
    [InlineData("FROM busybox\nCOPY ../x /", "")]
    [InlineData("FROM busybox\nCOPY out/passwd /", "")]
    [InlineData("FROM busybox\nRUN", "")]
    public async Task What_is_wrong_with_a_Dockerfile_is_said_by_both_doors(string dockerfile, string words)
    {
        foreach (string client in (string[])["docker", "wharf"])
        {
            string context = Context($"bad-{client}", ("Dockerfile", dockerfile), ("a", "a"));
            File.CreateSymbolicLink(Path.Combine(context, "out"), "/etc");
            CommandResult refused = await _daemon.CliAsync(client, "build", "-t", "bad", context);
            Assert.True(refused.ExitCode != 0, refused.Line + refused.Out + refused.Error);
            refused.Says(words);
            (await _daemon.CliAsync(client, "image", "inspect", "bad")).Expect(1);
        }

        Assert.Empty((await _daemon.DockerAsync("ps", "-aq")).Expect().Text);
    }

    [Theory, BothClients]
    public async Task An_unknown_target_is_refused(string client)
    {
        string context = Context(client, ("Dockerfile", "FROM busybox AS real\n"));
        (await _daemon.CliAsync(client, "build", "--target", "unreal", context)).Expect(1).Says("unreal");
        (await _daemon.CliAsync(client, "build", Path.Combine(context, "nowhere"))).Expect(1).Says("unable to prepare context");
    }

    [Theory, BothClients]
    public async Task A_socket_in_the_context_is_passed_over_and_links_stay_links(string client)
    {
        string context = Context(client, ("Dockerfile", "FROM busybox\nCOPY . /c\nRUN ls /c && readlink /c/out\n"));
        string socket = Path.Combine(context, "socket");
        using var listener = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        listener.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(socket));
        File.CreateSymbolicLink(Path.Combine(context, "out"), "/etc/shadow");
        (await _daemon.CliAsync(client, "build", "--no-cache", context)).Expect().Says("/etc/shadow");
    }

    [Fact]
    public async Task A_device_in_the_context_is_refused_unless_it_is_ignored()
    {
        string context = Context("fifo", ("Dockerfile", "FROM busybox\nCOPY . /c\n"));
        (await Command.RunAsync("mkfifo", [Path.Combine(context, "pipe")])).Expect();
        (await _daemon.WharfAsync("build", context)).Expect(1).Says("pipe is a device or a FIFO");
        await File.WriteAllTextAsync(Path.Combine(context, ".dockerignore"), "pipe\n");
        (await _daemon.WharfAsync("build", context)).Expect();
    }

    [Fact]
    public async Task A_sparse_file_takes_no_room_on_its_way()
    {
        string context = Context("sparse", ("Dockerfile", "FROM busybox\nCOPY sparse /\n"));
        using (FileStream sparse = File.Create(Path.Combine(context, "sparse")))
        {
            sparse.SetLength(1L << 30);
        }

        (await _daemon.WharfAsync("build", "-t", "sparse", context)).Expect();
        Assert.Equal("1073741824", (await _daemon.WharfAsync("run", "--rm", "sparse", "stat", "-c", "%s", "/sparse")).Expect().Text);
        CommandResult used = (await Command.RunAsync("du", ["-sk", Path.Combine(_daemon.Root, "contexts")])).Expect();
        Assert.True(int.Parse(used.Text.Split('\t')[0], null) < 100_000, used.Text);
    }

    [Fact]
    public async Task Secrets_named_contexts_and_explanations()
    {
        string context = Context("more", ("Dockerfile", """
            FROM busybox
            RUN --mount=type=secret,id=word cat /run/secrets/word
            COPY --from=lib file /lib-file
            COPY mine /
            """), ("mine", "1"));
        string lib = Context("lib", ("file", "from lib"));
        string secret = Path.Combine(_daemon.Scratch, "secret");
        await File.WriteAllTextAsync(secret, "not to be kept\n");
        string[] build = ["build", "--secret", $"id=word,src={secret}", "--build-context", $"lib={lib}", "--explain", "-t", "more", context];
        (await _daemon.WharfAsync(build)).Expect().Says("not to be kept");
        Assert.Equal("from lib", (await _daemon.WharfAsync("run", "--rm", "more", "cat", "/lib-file")).Expect().Text);
        await File.WriteAllTextAsync(Path.Combine(context, "mine"), "2");
        (await _daemon.WharfAsync(build)).Expect().Says("mine has changed").Says("CACHED");
    }

    [Theory]
    [InlineData("docker", "TERM")]
    [InlineData("wharf", "INT")]
    public async Task A_client_that_goes_takes_its_build_with_it(string client, string signal)
    {
        string context = Context(client + "-cancel", ("Dockerfile", "FROM busybox\nRUN echo up; sleep 1000\n"));
        using Process build = _daemon.StartCli(client, "build", "--no-cache", context);
        StreamReader output = client == "docker" ? build.StandardOutput : build.StandardError;
        string line;
        do
        {
            line = await output.ReadLineAsync() ?? throw new InvalidOperationException("the build ended");
        }
        while (!line.EndsWith("up", StringComparison.Ordinal));

        (await Command.RunAsync("kill", [$"-{signal}", build.Id.ToString()])).Expect();
        await build.WaitForExitAsync();
        Assert.NotEqual(0, build.ExitCode);
        await Poll.UntilAsync(
            async () => (await Leftovers.OfAsync(_daemon)).Count == 0 && !(await File.ReadAllTextAsync("/proc/self/mountinfo")).Contains(_daemon.Root + "/build", StringComparison.Ordinal),
            "nothing is left of the build");
    }

    [Fact]
    public async Task A_terminal_is_redrawn_in_place_and_a_pipe_gets_lines()
    {
        string context = Context("tty", ("Dockerfile", "FROM busybox\nRUN echo shown\n"));
        CommandResult terminal = await _daemon.OnTerminalAsync("wharf", "", "build", "--no-cache", context);
        terminal.Expect().Says("✔").Says("\e[J");
        CommandResult pipe = (await _daemon.WharfAsync("build", "--no-cache", context)).Expect();
        pipe.Says("#3 [stage-0 2/2] RUN echo shown").Says("shown").Says("#3 DONE");
        Assert.DoesNotContain("\e[", pipe.Error, StringComparison.Ordinal);
        Assert.Empty(pipe.Out);
    }

    [Fact]
    public async Task The_cache_is_listed_and_pruned()
    {
        string context = Context("prune", ("Dockerfile", "FROM busybox\nRUN echo kept > /kept\n"));
        (await _daemon.WharfAsync("build", "-q", context)).Expect();
        (await _daemon.WharfAsync("builder", "prune", "-f", "-a")).Expect().Says("Total reclaimed space");
        Assert.Contains("DONE", (await _daemon.WharfAsync("build", context)).Expect().Error, StringComparison.Ordinal);
        (await _daemon.DockerAsync("builder", "prune", "-f")).Expect().Says("Total reclaimed space");
    }

    [Fact]
    public async Task A_full_disk_is_said_and_leaves_nothing()
    {
        string contexts = Path.Combine(_daemon.Root, "contexts");
        string context = Context("full", ("Dockerfile", "FROM busybox\nCOPY big /\n"));
        byte[] noise = new byte[4 << 20];
        Random.Shared.NextBytes(noise);
        await File.WriteAllBytesAsync(Path.Combine(context, "big"), noise);
        (await Command.RunAsync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", contexts])).Expect();
        try
        {
            (await _daemon.WharfAsync("build", context)).Expect(1).Says("cannot store big").Says("no space left on device");
        }
        finally
        {
            (await Command.RunAsync("umount", [contexts])).Expect();
        }

        (await _daemon.WharfAsync("build", context)).Expect();
    }

    private string PathOf(string client) => client == "wharf" ? Path.Combine(TestDaemon.BinDirectory, "wharf") : client;

    private Dictionary<string, string> Environment() => new() { ["DOCKER_HOST"] = $"unix://{_daemon.Socket}", ["DOCKER_BUILDKIT"] = "0" };

    /// <summary>A fresh directory with these files.</summary>
    private string Context(string name, params (string Path, string Content)[] files)
    {
        string directory = Path.Combine(_daemon.Scratch, $"build-{name}-{Guid.NewGuid():N}");
        Directory.CreateDirectory(directory);
        foreach ((string path, string content) in files)
        {
            string file = Path.Combine(directory, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, content);
        }

        return directory;
    }
}
