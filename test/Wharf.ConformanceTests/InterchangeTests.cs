using System.Text.Json;
using Wharf.ConformanceTests.Harness;

namespace Wharf.ConformanceTests;

/// <summary>Images that were made here, in the hands of stock tools, and back.</summary>
public sealed class InterchangeTests(SharedDaemon shared)
{
    private readonly TestDaemon _daemon = shared.Daemon;

    [Theory, BothClients]
    public async Task Saved_images_are_read_by_others_with_equal_digests(string client)
    {
        string name = await MakeAsync(client, "others");
        string tar = In($"others-{client}.tar");
        (await _daemon.CliAsync(client, "save", "-o", tar, name)).Expect();
        string layout = Directory.CreateDirectory(In($"layout-{client}")).FullName;
        (await Command.RunAsync("tar", ["-C", layout, "-xf", tar])).Expect();
        JsonElement index = JsonDocument.Parse(await File.ReadAllTextAsync(layout + "/index.json")).RootElement;
        string digest = index.GetProperty("manifests")[0].GetProperty("digest").GetString()!;
        string id = (await _daemon.DockerAsync("image", "inspect", "-f", "{{.Id}}", name)).Expect().Text;

        (await Command.RunAsync("skopeo", ["inspect", $"oci:{layout}:v1"])).Expect().Says(digest);
        string copied = In($"copied-{client}");
        (await Command.RunAsync("skopeo", ["--insecure-policy", "copy", $"oci:{layout}:v1", $"dir:{copied}"])).Expect();
        Assert.True(File.Exists($"{copied}/{id["sha256:".Length..]}"), "skopeo has another config");
        (await Command.RunAsync("skopeo", ["--insecure-policy", "copy", $"docker-archive:{tar}", $"dir:{copied}-docker"])).Expect();

        string bundle = In($"bundle-{client}");
        (await Command.RunAsync("umoci", ["unpack", "--image", $"{layout}:v1", bundle])).Expect();
        Assert.Equal("new\n", await File.ReadAllTextAsync(bundle + "/rootfs/etc/new"));
        Assert.False(File.Exists(bundle + "/rootfs/etc/group"));
        CommandResult kinds = await Command.RunAsync("stat", ["-c", "%F %a %u:%g %h", bundle + "/rootfs/etc/new", bundle + "/rootfs/fifo"]);
        Assert.Equal("regular file 4711 7:8 2\nfifo 644 0:0 1", kinds.Expect().Text);
        (await _daemon.CliAsync(client, "rmi", name)).Expect();
    }

    [Theory, BothClients]
    public async Task Saving_what_was_loaded_gives_the_same_bytes(string client)
    {
        string name = await MakeAsync(client, "again");
        string first = In($"first-{client}.tar");
        string second = In($"second-{client}.tar");
        (await _daemon.CliAsync(client, "save", "-o", first, name)).Expect();
        (await _daemon.CliAsync(client, "rmi", name)).Expect();
        (await _daemon.CliAsync(client, "load", "-q", "-i", first)).Expect().Says($"Loaded image: {name}");
        (await _daemon.CliAsync(client, "save", "-o", second, name)).Expect();
        Assert.Equal(await File.ReadAllBytesAsync(first), await File.ReadAllBytesAsync(second));
        (await _daemon.CliAsync(client, "rmi", name)).Expect();
    }

    [Theory, BothClients]
    public async Task Several_images_travel_in_one_archive(string client)
    {
        string one = await MakeAsync(client, "one");
        string two = await MakeAsync(client, "two");
        string tar = In($"several-{client}.tar");
        (await _daemon.CliAsync(client, "save", "-o", tar, one, two, "busybox")).Expect();
        (await _daemon.CliAsync(client, "rmi", one, two)).Expect();
        (await _daemon.CliAsync(client, "load", "-i", tar)).Expect()
            .Says($"Loaded image: {one}").Says($"Loaded image: {two}").Says("Loaded image: busybox:latest");
        (await _daemon.CliAsync(client, "run", "--rm", two, "cat", "/etc/new")).Expect().Says("new");
        (await _daemon.CliAsync(client, "rmi", one, two)).Expect();
    }

    [Theory, BothClients]
    public async Task What_umoci_writes_is_read(string client)
    {
        string layout = In($"umoci-{client}");
        string tar = In($"umoci-{client}.tar");
        string name = $"from-umoci-{client}:v1";
        string saved = In($"umoci-base-{client}.tar");
        (await _daemon.CliAsync(client, "save", "-o", saved, "busybox")).Expect();
        Directory.CreateDirectory(layout);
        (await Command.RunAsync("tar", ["-C", layout, "-xf", saved])).Expect();
        string bundle = In($"umoci-bundle-{client}");
        (await Command.RunAsync("umoci", ["unpack", "--image", $"{layout}:latest", bundle])).Expect();
        File.Delete(bundle + "/rootfs/etc/group");
        await File.WriteAllTextAsync(bundle + "/rootfs/etc/new", "umoci\n");
        (await Command.RunAsync("umoci", ["repack", "--image", $"{layout}:v1", bundle])).Expect();
        (await Command.RunAsync("skopeo", ["--insecure-policy", "copy", $"oci:{layout}:v1", $"oci-archive:{tar}:{name}"])).Expect();
        (await _daemon.CliAsync(client, "load", "-i", tar)).Expect().Says($"Loaded image: {name}");
        (await _daemon.CliAsync(client, "run", "--rm", name, "sh", "-c", "cat /etc/new; ls /etc/group")).Expect(1).Says("umoci").Says("No such file");
        (await _daemon.CliAsync(client, "rmi", name)).Expect();
    }

    [Theory, BothClients]
    public async Task Another_platform_is_refused(string client)
    {
        (await _daemon.CliAsync(client, "save", "--platform", "linux/s390x", "-o", In("never.tar"), "busybox")).Expect(1)
            .Says("does not provide the specified platform");
        Assert.False(File.Exists(In("never.tar")));
        (await _daemon.CliAsync(client, "save", "--platform", "linux/amd64", "-o", In($"platform-{client}.tar"), "busybox")).Expect();
        (await _daemon.CliAsync(client, "load", "--platform", "linux/s390x", "-i", In($"platform-{client}.tar"))).Expect(1);
        (await _daemon.CliAsync(client, "load", "--platform", "linux/amd64", "-i", In($"platform-{client}.tar"))).Expect();
    }

    /// <summary>An image with a layer of our own, in which there is a bit of everything.</summary>
    private async Task<string> MakeAsync(string client, string what)
    {
        string container = $"{what}-{client}-maker";
        string name = $"{what}-{client}:v1";
        const string Script = "rm /etc/group; echo new >/etc/new; chown 7:8 /etc/new; chmod 4711 /etc/new; ln /etc/new /etc/same; mkfifo /fifo; ln -s /x /link";
        (await _daemon.CliAsync(client, "run", "--name", container, "busybox", "sh", "-c", Script)).Expect();
        (await _daemon.CliAsync(client, "commit", "-m", what, container, name)).Expect();
        (await _daemon.CliAsync(client, "rm", container)).Expect();
        return name;
    }

    private string In(string name) => Path.Combine(_daemon.Scratch, name);
}
