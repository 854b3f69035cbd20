using Wharf.ConformanceTests.Harness;

namespace Wharf.ConformanceTests;

/// <summary>The store of images as a whole: what goes when, what a check finds, and that a crash at any moment leaves it in order.</summary>
public sealed class StoreTests
{
    [Theory, BothClients]
    public async Task Removal_follows_names_containers_and_parents(string client)
    {
        await using TestDaemon daemon = await TestDaemon.StartWithBusyboxAsync();
        string base0 = await IdOfAsync(daemon, "busybox");
        string child = await CommitAsync(daemon, "child:v1");

        (await daemon.CliAsync(client, "rmi", base0)).Expect(1)
            .Says($"conflict: unable to delete {base0[7..19]} (cannot be forced) - image has dependent child images");
        (await daemon.CliAsync(client, "tag", "child:v1", "child:v2")).Expect();
        (await daemon.CliAsync(client, "rmi", child)).Expect(1)
            .Says($"conflict: unable to delete {child[7..19]} (must be forced) - image is referenced in multiple repositories");
        (await daemon.CliAsync(client, "rmi", "child:v2")).Expect().Says("Untagged: child:v2");

        string stopped = (await daemon.CliAsync(client, "create", "child:v1", "true")).Expect().Text;
        (await daemon.CliAsync(client, "rmi", child)).Expect(1).Says($"(must be forced) - image is being used by stopped container {stopped[..12]}");
        string running = (await daemon.CliAsync(client, "run", "-d", "child:v1", "sleep", "1000")).Expect().Text;
        (await daemon.CliAsync(client, "rmi", "-f", child)).Expect(1).Says($"(cannot be forced) - image is being used by running container {running[..12]}");
        (await daemon.CliAsync(client, "rm", "-f", stopped, running)).Expect();

        // Without its name the parent stays as long as there is a child, and goes with the last one.
        (await daemon.CliAsync(client, "rmi", "busybox")).Expect().Says("Untagged: busybox:latest");
        Assert.DoesNotContain(base0[7..19], (await daemon.CliAsync(client, "images", "-q")).Expect().Text, StringComparison.Ordinal);
        Assert.Contains(base0[7..19], (await daemon.CliAsync(client, "images", "-aq")).Expect().Text, StringComparison.Ordinal);
        (await daemon.CliAsync(client, "image", "prune", "-f")).Expect().Says("Total reclaimed space: 0B");
        (await daemon.CliAsync(client, "rmi", "child:v1")).Expect().Says($"Deleted: {child}").Says($"Deleted: {base0}");
        Assert.Equal("", (await daemon.CliAsync(client, "images", "-aq")).Expect().Text);
        AssertEmpty(daemon);
    }

    [Theory, BothClients]
    public async Task A_parent_can_be_kept(string client)
    {
        await using TestDaemon daemon = await TestDaemon.StartWithBusyboxAsync();
        string parent = await IdOfAsync(daemon, "busybox");
        await CommitAsync(daemon, "child:v1");
        (await daemon.CliAsync(client, "rmi", "busybox")).Expect();
        (await daemon.CliAsync(client, "rmi", "--no-prune", "child:v1")).Expect();
        Assert.Equal(parent[7..19], (await daemon.CliAsync(client, "images", "-q", "--filter", "dangling=true")).Expect().Text);
        (await daemon.CliAsync(client, "image", "prune", "-f")).Expect().Says($"deleted: {parent}");
        AssertEmpty(daemon);
    }

    [Theory, BothClients]
    public async Task Prune_takes_what_its_filters_let_it(string client)
    {
        await using TestDaemon daemon = await TestDaemon.StartWithBusyboxAsync();
        await CommitAsync(daemon, "keep:v1", "-c", "LABEL keep=yes");
        await CommitAsync(daemon, "drop:v1", "-c", "LABEL keep=no");
        (await daemon.CliAsync(client, "image", "prune", "-af", "--filter", "until=24h")).Expect().Says("Total reclaimed space: 0B");
        (await daemon.CliAsync(client, "image", "prune", "-af", "--filter", "label=keep=no")).Expect().Says("untagged: drop:v1");
        (await daemon.CliAsync(client, "image", "prune", "-af", "--filter", "label!=keep")).Expect().Says("untagged: busybox:latest");
        Assert.Equal("keep:v1", (await daemon.CliAsync(client, "images", "--format", "{{.Repository}}:{{.Tag}}")).Expect().Text);
        (await daemon.CliAsync(client, "image", "prune", "-af")).Expect().Says("untagged: keep:v1");
        AssertEmpty(daemon);
    }

    [Fact]
    public async Task A_check_finds_what_is_wrong_and_repairs_it()
    {
        await using TestDaemon daemon = await TestDaemon.StartWithBusyboxAsync();
        await CommitAsync(daemon, "made:v1");
        (await daemon.WharfAsync("system", "fsck", "--deep")).Expect().Says("2 images, 2 layers").Says("all in order");

        string layer = (await daemon.DockerAsync("image", "inspect", "-f", "{{index .RootFS.Layers 1}}", "made:v1")).Expect().Text;
        await File.AppendAllTextAsync(Path.Combine(daemon.Root, "layers", layer[7..], "diff", "etc", "new"), "changed");
        await File.WriteAllTextAsync(Path.Combine(daemon.Root, "content", "sha256", "stray"), "x");
        await File.WriteAllTextAsync(Path.Combine(daemon.Root, "content", "sha256", new string('a', 64)), "x");
        Directory.CreateDirectory(Path.Combine(daemon.Root, "layers", "new-half", "diff"));
        string manifest = Path.Combine(daemon.Root, "content", "ingest", "half");
        await File.WriteAllTextAsync(manifest, "x");

        (await daemon.WharfAsync("system", "fsck")).Expect(1).Says("stray is not a blob").Says($"blob sha256:{new string('a', 64)} has the content of")
            .Says("is needed by nothing").Says("is no layer").Says("was never finished");
        (await daemon.WharfAsync("system", "fsck", "--deep")).Expect(1).Says($"layer {layer} has the files of sha256:");
        (await daemon.WharfAsync("system", "fsck", "--deep", "--repair")).Expect().Says("(repaired)").Says(" 0 left");
        (await daemon.WharfAsync("system", "fsck", "--deep")).Expect().Says("1 images, 1 layers").Says("all in order");
        (await daemon.DockerAsync("run", "--rm", "busybox", "true")).Expect();
    }

    [Fact]
    public async Task What_a_container_needs_is_not_forgotten_by_a_repair()
    {
        await using TestDaemon daemon = await TestDaemon.StartWithBusyboxAsync();
        string id = await IdOfAsync(daemon, "busybox");
        string layer = (await daemon.DockerAsync("image", "inspect", "-f", "{{index .RootFS.Layers 0}}", "busybox")).Expect().Text;
        string container = (await daemon.DockerAsync("create", "busybox", "true")).Expect().Text;
        string file = Path.Combine(daemon.Root, "layers", layer[7..], "diff", "etc", "group");
        await File.AppendAllTextAsync(file, "changed");
        (await daemon.WharfAsync("system", "fsck", "--deep", "--repair")).Expect(1).Says("has other files than its archive").Says($"container {container} uses it");
        Assert.Equal(id, await IdOfAsync(daemon, "busybox"));
    }

    /// <summary>A daemon killed at moments spread over each verb, then looked at: all in order, what was there before is there, and nothing more than that or all of it.</summary>
    [Theory]
    [InlineData("load")]
    [InlineData("commit")]
    [InlineData("rmi")]
    [InlineData("prune")]
    [InlineData("import")]
    public async Task A_crash_leaves_the_store_in_order(string verb)
    {
        await using TestDaemon daemon = await TestDaemon.StartWithBusyboxAsync();
        (await daemon.DockerAsync("run", "--name", "writer", "busybox", "sh", "-c", "dd if=/dev/urandom of=/big bs=1M count=24; for i in $(seq 500); do echo $i >/f$i; done")).Expect();
        (await daemon.DockerAsync("commit", "writer", "made:v1")).Expect();
        string tar = Path.Combine(daemon.Scratch, "made.tar");
        string root = Path.Combine(daemon.Scratch, "root.tar");
        (await daemon.DockerAsync("save", "-o", tar, "made:v1")).Expect();
        (await daemon.DockerAsync("export", "-o", root, "writer")).Expect();
        string[] arguments = verb switch
        {
            "load" => ["load", "-q", "-i", tar],
            "commit" => ["commit", "writer", "again:v1"],
            "rmi" => ["rmi", "made:v1"],
            "import" => ["import", root, "imported:v1"],
            _ => ["image", "prune", "-af"],
        };
        for (int moment = 0; moment < 8; moment++)
        {
            await PrepareAsync(daemon, verb, tar);
            using (System.Diagnostics.Process client = daemon.StartCli("docker", arguments))
            {
                await Task.Delay(moment * moment * 6);
                await daemon.KillAsync();
                await client.WaitForExitAsync();
            }

            await daemon.LaunchAsync();
            (await daemon.WharfAsync("system", "fsck", "--deep")).Expect().Says("all in order");
            (await daemon.DockerAsync("run", "--rm", "busybox", "true")).Expect();
            (await daemon.DockerAsync("start", "writer")).Expect();
            (await daemon.DockerAsync("wait", "writer")).Expect();
        }
    }

    /// <summary>The state from which the verb begins: for removals with the image, for the others without what they make.</summary>
    private static async Task PrepareAsync(TestDaemon daemon, string verb, string tar)
    {
        if (verb is "rmi" or "prune")
        {
            (await daemon.DockerAsync("load", "-q", "-i", tar)).Expect();
            return;
        }

        string[] made = (await daemon.DockerAsync("images", "--format", "{{.Repository}}:{{.Tag}}")).Expect().Text.Split('\n');
        foreach (string name in made.Where(name => name != "busybox:latest" && name.Length > 0))
        {
            (await daemon.DockerAsync("rmi", name)).Expect();
        }
    }

    private static async Task<string> IdOfAsync(TestDaemon daemon, string name) =>
        (await daemon.DockerAsync("image", "inspect", "-f", "{{.Id}}", name)).Expect().Text;

    /// <summary>An image with a layer of our own on busybox, of different contents each time.</summary>
    private static async Task<string> CommitAsync(TestDaemon daemon, string name, params string[] flags)
    {
        string container = (await daemon.DockerAsync("run", "-d", "busybox", "sh", "-c", $"echo {name} >/etc/new")).Expect().Text;
        (await daemon.DockerAsync("wait", container)).Expect();
        string id = (await daemon.DockerAsync(["commit", .. flags, container, name])).Expect().Text;
        (await daemon.DockerAsync("rm", container)).Expect();
        return id;
    }

    private static void AssertEmpty(TestDaemon daemon)
    {
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(daemon.Root, "content", "sha256")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(daemon.Root, "layers")));
    }
}
