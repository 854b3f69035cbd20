using System.Text.Json;
using Wharf.ConformanceTests.Harness;

namespace Wharf.ConformanceTests;

/// <summary>Images in, looked at, tagged and out again; archives that stock tools wrote.</summary>
public sealed class ImageTests(SharedDaemon shared)
{
    private readonly TestDaemon _daemon = shared.Daemon;

    [Theory, BothClients]
    public async Task Tag_list_inspect_history_rmi(string client)
    {
        string name = $"mine-{client}:v1";
        (await _daemon.CliAsync(client, "tag", "busybox", name)).Expect();
        Assert.Equal(name, (await _daemon.CliAsync(client, "images", $"mine-{client}", "--format", "{{.Repository}}:{{.Tag}}")).Expect().Text);
        JsonElement image = JsonDocument.Parse((await _daemon.CliAsync(client, "image", "inspect", name)).Expect().Out).RootElement[0];
        Assert.Contains(name, image.GetProperty("RepoTags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal("layers", image.GetProperty("RootFS").GetProperty("Type").GetString());
        (await _daemon.CliAsync(client, "history", name)).Expect().Says("CREATED BY");
        (await _daemon.CliAsync(client, "rmi", name)).Expect().Says($"Untagged: {name}");
        (await _daemon.CliAsync(client, "rmi", name)).Expect(1).Says($"No such image: {name}");
    }

    [Theory]
    [InlineData("docker", "docker-archive", null)]
    [InlineData("wharf", "docker-archive", null)]
    [InlineData("docker", "oci-archive", "gzip")]
    [InlineData("wharf", "oci-archive", "zstd")]
    public async Task Archives_of_stock_tools_load_and_run(string client, string format, string? compression)
    {
        string saved = Path.Combine(_daemon.Scratch, $"saved-{client}.tar");
        string converted = Path.Combine(_daemon.Scratch, $"converted-{client}-{format}.tar");
        string name = $"loaded-{client}-{format}:latest";
        (await _daemon.CliAsync(client, "save", "-o", saved, "busybox")).Expect();
        string[] compress = compression is null ? [] : ["--dest-compress-format", compression];
        (await Command.RunAsync("skopeo", ["--insecure-policy", "copy", .. compress, $"docker-archive:{saved}", $"{format}:{converted}:{name}"])).Expect();
        (await _daemon.CliAsync(client, "load", "-i", converted)).Expect().Says("Loaded image");
        Assert.Equal("ok", (await _daemon.CliAsync(client, "run", "--rm", name, "echo", "ok")).Expect().Text);
        (await _daemon.CliAsync(client, "rmi", name)).Expect();
    }

    [Theory, BothClients]
    public async Task An_image_in_use_stays(string client)
    {
        string name = $"used-{client}:latest";
        string tar = Path.Combine(_daemon.Scratch, $"used-{client}.tar");
        await using (FileStream file = File.Create(tar))
        {
            await BusyboxImage.WriteRootAsync(file);
        }

        (await _daemon.CliAsync(client, "import", tar, $"used@sha256:{new string('0', 64)}")).Expect(1).Says("cannot import digest reference");
        (await _daemon.CliAsync(client, "import", "-c", $"LABEL for={client}", tar, name)).Expect();
        string container = (await _daemon.CliAsync(client, "create", name, "true")).Expect().Text;
        (await _daemon.CliAsync(client, "rmi", name)).Expect(1).Says("is using its referenced image");
        (await _daemon.CliAsync(client, "rm", container)).Expect();
        (await _daemon.CliAsync(client, "rmi", name)).Expect().Says("Deleted: sha256:");
    }

    [Theory]
    [InlineData("../../../etc/escaped", null)]
    [InlineData("link/escaped", "/tmp")]
    public async Task An_archive_cannot_write_outside_its_root(string entry, string? linkTarget)
    {
        string tar = Path.Combine(_daemon.Scratch, "hostile.tar");
        await using (FileStream file = File.Create(tar))
        await using (var writer = new System.Formats.Tar.TarWriter(file))
        {
            if (linkTarget is not null)
            {
                await writer.WriteEntryAsync(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.SymbolicLink, "link") { LinkName = linkTarget });
            }

            await writer.WriteEntryAsync(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, entry)
            {
                DataStream = new MemoryStream("escaped"u8.ToArray()),
            });
        }

        CommandResult result = await _daemon.DockerAsync("import", tar, "hostile:latest");
        Assert.False(File.Exists("/etc/escaped") || File.Exists("/tmp/escaped"));
        if (result.ExitCode == 0)
        {
            (await _daemon.DockerAsync("rmi", "hostile:latest")).Expect();
        }
    }

    [Theory]
    [InlineData("not a tar at all, but long enough to be looked at as one")]
    [InlineData("")]
    public async Task What_is_no_archive_is_refused(string content)
    {
        string file = Path.Combine(_daemon.Scratch, "bad.tar");
        await File.WriteAllTextAsync(file, content);
        string before = (await _daemon.DockerAsync("images", "-aq")).Expect().Text;
        Assert.NotEqual(0, (await _daemon.DockerAsync("load", "-i", file)).ExitCode);
        Assert.Equal(before, (await _daemon.DockerAsync("images", "-aq")).Expect().Text);
    }

    [Theory]
    [InlineData("UPPER", "must be lowercase")]
    [InlineData("a b", "invalid reference format")]
    [InlineData("x:", "invalid reference format")]
    public async Task Bad_references_are_refused(string reference, string words)
    {
        (await _daemon.DockerAsync("pull", reference)).Expect(1).Says(words);
        (await _daemon.WharfAsync("pull", reference)).Expect(1).Says(words);
    }
}
