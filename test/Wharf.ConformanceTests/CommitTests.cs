using System.Formats.Tar;
using System.Text.Json;
using Wharf.ConformanceTests.Harness;

namespace Wharf.ConformanceTests;

/// <summary>What a container has written, as an image and as an archive.</summary>
public sealed class CommitTests(SharedDaemon shared)
{
    private readonly TestDaemon _daemon = shared.Daemon;

    [Theory, BothClients]
    public async Task What_a_container_wrote_becomes_an_image(string client)
    {
        string container = $"writer-{client}";
        string name = $"written-{client}:v1";
        (await _daemon.CliAsync(client, "run", "--name", container, "-e", "A=1", "busybox", "sh", "-c", "rm /etc/group; echo new >/etc/new; chmod 4711 /etc/new")).Expect();
        string id = (await _daemon.CliAsync(
            client, "commit", "-m", "a message", "-a", "somebody", "-c", "CMD [\"cat\",\"/etc/new\"]", "-c", "ENV B=2", container, name)).Expect().Text;
        Assert.StartsWith("sha256:", id, StringComparison.Ordinal);

        JsonElement image = await InspectImageAsync(name);
        Assert.Equal(("a message", "somebody"), (image.GetProperty("Comment").GetString(), image.GetProperty("Author").GetString()));
        Assert.Equal(await IdOfAsync("busybox"), image.GetProperty("Parent").GetString());
        Assert.Equal(["A=1", "B=2"], image.GetProperty("Config").GetProperty("Env").EnumerateArray().Select(entry => entry.GetString()!).Where(entry => entry[1] == '='));
        Assert.Equal(2, image.GetProperty("RootFS").GetProperty("Layers").GetArrayLength());
        (await _daemon.CliAsync(client, "history", "--no-trunc", name)).Expect().Says("a message").Says("rm /etc/group");

        Assert.Equal("new", (await _daemon.CliAsync(client, "run", "--rm", name)).Expect().Text);
        (await _daemon.CliAsync(client, "run", "--rm", name, "sh", "-c", "stat -c %a /etc/new; ls /etc/group")).Expect(1).Says("4711").Says("No such file");
        (await _daemon.CliAsync(client, "rm", container)).Expect();
        (await _daemon.CliAsync(client, "rmi", name)).Expect().Says($"Deleted: {id}");
    }

    [Fact]
    public async Task A_container_that_changed_nothing_adds_no_files()
    {
        (await _daemon.DockerAsync("create", "--name", "unchanged", "busybox", "true")).Expect();
        (await _daemon.DockerAsync("commit", "unchanged", "unchanged:v1")).Expect();
        JsonElement image = await InspectImageAsync("unchanged:v1");
        Assert.Equal(1, image.GetProperty("RootFS").GetProperty("Layers").GetArrayLength());
        Assert.Equal(await SizeOfAsync("busybox"), image.GetProperty("Size").GetInt64());
        (await _daemon.DockerAsync("rm", "unchanged")).Expect();
        (await _daemon.DockerAsync("rmi", "unchanged:v1")).Expect();
    }

    [Theory]
    [InlineData("wharf", "--no-pause", false)]
    [InlineData("docker", "--pause=false", false)]
    [InlineData("wharf", "--pause", true)]
    [InlineData("docker", "--pause", true)]
    public async Task A_running_container_is_halted_only_meanwhile_and_only_if_wanted(string client, string flag, bool halts)
    {
        string container = (await _daemon.DockerAsync("run", "-d", "busybox", "sleep", "1000")).Expect().Text;
        string image = (await _daemon.CliAsync(client, "commit", flag, container)).Expect().Text;
        JsonElement state = (await _daemon.InspectAsync(container)).GetProperty("State");
        Assert.Equal("running", state.GetProperty("Status").GetString());
        (await _daemon.DockerAsync("exec", container, "true")).Expect();
        string events = "";
        await Poll.UntilAsync(
            async () =>
            {
                // "Now" is a whole second, and what happens in it is not yet before it.
                events = (await _daemon.DockerAsync(
                    "events", "--since", "10m", "--until", "0s", "--filter", $"container={container}", "--format", "{{.Action}}")).Expect().Text;
                return events.Contains("exec_die", StringComparison.Ordinal);
            },
            "the events are told");
        Assert.Equal(halts, events.Contains("unpause", StringComparison.Ordinal));
        Assert.Contains("commit", events, StringComparison.Ordinal);
        (await _daemon.DockerAsync("rm", "-f", container)).Expect();
        (await _daemon.DockerAsync("rmi", image)).Expect();
    }

    [Theory, BothClients]
    public async Task What_cannot_be_committed_is_refused(string client)
    {
        (await _daemon.CliAsync(client, "commit", "nobody")).Expect(1).Says("No such container: nobody");
        string container = (await _daemon.DockerAsync("create", "busybox", "true")).Expect().Text;
        (await _daemon.CliAsync(client, "commit", container, "UPPER")).Expect(1).Says("must be lowercase");
        (await _daemon.CliAsync(client, "commit", "-c", "FROM x", container)).Expect(1).Says("is not a valid change command");
        (await _daemon.DockerAsync("rm", container)).Expect();
    }

    [Theory, BothClients]
    public async Task The_whole_root_is_exported_running_or_not(string client)
    {
        string container = $"exported-{client}";
        string tar = Path.Combine(_daemon.Scratch, container + ".tar");
        (await _daemon.CliAsync(client, "run", "-d", "--name", container, "busybox", "sh", "-c", "rm /etc/group; echo mine >/etc/mine; sleep 1000")).Expect();
        await Poll.UntilAsync(
            async () => (await _daemon.DockerAsync("exec", container, "cat", "/etc/mine")).ExitCode == 0, "the container has written its file");
        (await _daemon.CliAsync(client, "export", "-o", tar, container)).Expect();
        IReadOnlyList<string> running = NamesIn(tar);
        (await _daemon.CliAsync(client, "kill", container)).Expect();
        (await _daemon.CliAsync(client, "wait", container)).Expect();
        (await _daemon.CliAsync(client, "export", "-o", tar, container)).Expect();
        Assert.Equal(running, NamesIn(tar));
        Assert.Contains("etc/mine", running);
        Assert.Contains("bin/busybox", running);
        Assert.DoesNotContain("etc/group", running);

        (await _daemon.CliAsync(client, "import", tar, container)).Expect();
        Assert.Equal("mine", (await _daemon.CliAsync(client, "run", "--rm", container, "cat", "/etc/mine")).Expect().Text);
        (await _daemon.CliAsync(client, "rm", container)).Expect();
        (await _daemon.CliAsync(client, "rmi", container)).Expect();
        (await _daemon.CliAsync(client, "export", "-o", tar, "nobody")).Expect(1).Says("No such container: nobody");
    }

    private async Task<JsonElement> InspectImageAsync(string name) =>
        JsonDocument.Parse((await _daemon.DockerAsync("image", "inspect", name)).Expect().Out).RootElement[0];

    private async Task<string> IdOfAsync(string name) => (await InspectImageAsync(name)).GetProperty("Id").GetString()!;

    private async Task<long> SizeOfAsync(string name) => (await InspectImageAsync(name)).GetProperty("Size").GetInt64();

    private static List<string> NamesIn(string tar)
    {
        using FileStream file = File.OpenRead(tar);
        using var reader = new TarReader(file);
        List<string> names = [];
        while (reader.GetNextEntry() is { } entry)
        {
            names.Add(entry.Name);
        }

        return names;
    }
}
