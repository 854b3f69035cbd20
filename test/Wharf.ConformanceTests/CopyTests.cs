using Wharf.ConformanceTests.Harness;

namespace Wharf.ConformanceTests;

/// <summary>Files of containers (<c>cp</c>, <c>diff</c>), what they use (<c>stats</c>), with both clients.</summary>
public sealed class CopyTests(SharedDaemon shared)
{
    private readonly TestDaemon _daemon = shared.Daemon;

    [Theory, BothClients]
    public async Task Files_go_in_and_out_of_running_and_stopped_containers_and_their_volumes(string client)
    {
        using var work = new Work();
        string container = $"copy-{client}";
        (await _daemon.DockerAsync("create", "--name", container, "-v", $"vol-{client}:/vol", "busybox", "sleep", "1000")).Expect();
        foreach (string state in (string[])["stopped", "running"])
        {
            File.WriteAllText(work.Path("file"), state);
            (await _daemon.CliAsync(client, "cp", work.Path("file"), $"{container}:/vol/{state}")).Expect();
            (await _daemon.CliAsync(client, "cp", work.Path("tree"), $"{container}:/{state}")).Expect();
            (await _daemon.CliAsync(client, "cp", $"{container}:/vol/{state}", work.Path($"out-{state}"))).Expect();
            (await _daemon.CliAsync(client, "cp", $"{container}:/{state}/.", work.Path($"tree-{state}"))).Expect();
            Assert.Equal(state, File.ReadAllText(work.Path($"out-{state}")));
            Assert.Equal("two", File.ReadAllText(work.Path($"tree-{state}/sub/two")));
            Assert.Equal("sub/two", new FileInfo(work.Path($"tree-{state}/link")).LinkTarget);
            (await _daemon.DockerAsync("start", container)).Expect();
        }

        Assert.Equal("stopped\nrunning", (await _daemon.DockerAsync("exec", container, "sh", "-c", "cat /vol/stopped; echo; cat /vol/running")).Expect().Text);
        (await _daemon.CliAsync(client, "diff", container)).Expect().Says("A /stopped/sub/two").Says("A /running");
        (await _daemon.DockerAsync("rm", "-f", container)).Expect();
        (await _daemon.DockerAsync("volume", "rm", $"vol-{client}")).Expect();
    }

    [Theory, BothClients]
    public async Task What_does_not_fit_is_refused_in_dockers_words(string client)
    {
        using var work = new Work();
        string container = (await _daemon.DockerAsync("run", "-d", "--read-only", "-v", "/ro-vol", "busybox", "sleep", "1000")).Expect().Text;
        string plain = (await _daemon.DockerAsync("run", "-d", "busybox", "sleep", "1000")).Expect().Text;
        (await _daemon.CliAsync(client, "cp", work.Path("tree/one"), $"{container}:/etc/x")).Expect(1).Says("container rootfs is marked read-only");
        (await _daemon.CliAsync(client, "cp", work.Path("tree/one"), $"{container}:/ro-vol/x")).Expect();
        (await _daemon.CliAsync(client, "cp", work.Path("tree"), $"{plain}:/etc/passwd")).Expect(1).Says("cannot copy directory");
        (await _daemon.CliAsync(client, "cp", work.Path("tree/one"), $"{plain}:/no/dir")).Expect(1).Says($"Could not find the file /no in container {plain}");
        (await _daemon.CliAsync(client, "cp", $"{plain}:/nope", work.Path("x"))).Expect(1).Says($"Could not find the file /nope in container {plain}");
        (await _daemon.CliAsync(client, "cp", "a:/x", "b:/y")).Expect(1).Says("copying between containers is not supported");
        (await _daemon.CliAsync(client, "cp", work.Path("tree/one"), $"{plain}:/etc/hosts")).Expect(1).Says("device or resource busy");
        (await _daemon.CliAsync(client, "cp", work.Path("none"), $"{plain}:/")).Expect(1).Says("no such file or directory");
        (await _daemon.DockerAsync("rm", "-fv", container, plain)).Expect();
    }

    [Theory, BothClients]
    public async Task Diff_tells_what_was_added_changed_and_deleted(string client)
    {
        string container = (await _daemon.DockerAsync(
            "run", "-d", "busybox", "sh", "-c", "rm /etc/group; echo >>/etc/passwd; mkdir /new; echo >/new/file; sleep 1000")).Expect().Text;
        await Poll.UntilAsync(
            async () => (await _daemon.CliAsync(client, "diff", container)).Expect().Text == "C /etc\nD /etc/group\nC /etc/passwd\nA /new\nA /new/file",
            "all changes are told");
        (await _daemon.DockerAsync("rm", "-f", container)).Expect();
    }

    [Theory, BothClients]
    public async Task Stats_show_what_a_container_uses_and_zeros_of_one_that_does_not_run(string client)
    {
        string container = (await _daemon.DockerAsync("run", "-d", "busybox", "sleep", "1000")).Expect().Text;
        string[] figures = (await _daemon.CliAsync(client, "stats", "--no-stream", "--format", "{{.PIDs}} {{.MemUsage}}", container)).Expect().Text.Split(' ');
        Assert.Equal("1", figures[0]);
        Assert.NotEqual("0B", figures[1]);
        (await _daemon.DockerAsync("stop", "-t", "0", container)).Expect();
        (await _daemon.CliAsync(client, "stats", "--no-stream", "--format", "{{.PIDs}} {{.MemUsage}}", container)).Expect().Says("0 0B / 0B");
        (await _daemon.DockerAsync("rm", "-f", container)).Expect();
    }

    private sealed class Work : IDisposable
    {
        private readonly string _root = Directory.CreateTempSubdirectory("wharf-copy-").FullName;

        internal Work()
        {
            Directory.CreateDirectory(Path("tree/sub"));
            File.WriteAllText(Path("tree/one"), "one");
            File.WriteAllText(Path("tree/sub/two"), "two");
            File.CreateSymbolicLink(Path("tree/link"), "sub/two");
        }

        public void Dispose() => Directory.Delete(_root, recursive: true);

        internal string Path(string name) => System.IO.Path.Combine(_root, name);
    }
}
