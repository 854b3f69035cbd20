using Wharf.ConformanceTests.Harness;

namespace Wharf.ConformanceTests;

/// <summary>Named volumes, bind mounts and anonymous volumes.</summary>
public sealed class VolumeTests(SharedDaemon shared)
{
    private readonly TestDaemon _daemon = shared.Daemon;

    [Theory, BothClients]
    public async Task Named_volumes_outlive_containers_and_hold_data(string client)
    {
        string name = $"data-{client}";
        (await _daemon.CliAsync(client, "run", "--rm", "-v", $"{name}:/data", "busybox", "sh", "-c", "echo kept >/data/file")).Expect();
        Assert.Equal("kept", (await _daemon.CliAsync(client, "run", "--rm", "-v", $"{name}:/data:ro", "busybox", "cat", "/data/file")).Expect().Text);
        (await _daemon.CliAsync(client, "run", "--rm", "-v", $"{name}:/data:ro", "busybox", "touch", "/data/x")).Expect(1).Says("Read-only file system");
        Assert.Equal("kept\n", await File.ReadAllTextAsync(Path.Combine(_daemon.Root, "volumes", name, "_data", "file")));
        string user = (await _daemon.CliAsync(client, "create", "-v", $"{name}:/data", "busybox")).Expect().Text;
        (await _daemon.CliAsync(client, "volume", "rm", name)).Expect(1).Says("volume is in use");
        (await _daemon.CliAsync(client, "rm", user)).Expect();
        (await _daemon.CliAsync(client, "volume", "rm", name)).Expect();
        Assert.False(Directory.Exists(Path.Combine(_daemon.Root, "volumes", name)));
    }

    [Theory, BothClients]
    public async Task A_new_volume_is_filled_from_the_image(string client)
    {
        string name = $"filled-{client}";
        Assert.Equal(
            "group\nhostname\nhosts\npasswd\nresolv.conf",
            (await _daemon.CliAsync(client, "run", "--rm", "-v", $"{name}:/etc", "busybox", "ls", "/etc")).Expect().Text.Replace("mtab\n", "", StringComparison.Ordinal));
        (await _daemon.CliAsync(client, "volume", "rm", name)).Expect();
    }

    [Theory, BothClients]
    public async Task Bind_mounts_show_the_hosts_files(string client)
    {
        string directory = Directory.CreateDirectory(Path.Combine(_daemon.Scratch, $"bind-{client}")).FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "from-host"), "hello");
        (await _daemon.CliAsync(client, "run", "--rm", "-v", $"{directory}:/mnt", "busybox", "sh", "-c", "cat /mnt/from-host; echo hi >/mnt/from-container"))
            .Expect().Says("hello");
        Assert.Equal("hi\n", await File.ReadAllTextAsync(Path.Combine(directory, "from-container")));
        (await _daemon.CliAsync(client, "run", "--rm", "-v", $"{directory}:/mnt:ro", "busybox", "touch", "/mnt/x")).Expect(1).Says("Read-only file system");
    }

    [Theory, BothClients]
    public async Task A_missing_source_is_made_for_v_and_refused_for_mount(string client)
    {
        string missing = Path.Combine(_daemon.Scratch, $"missing-{client}");
        (await _daemon.CliAsync(client, "run", "--rm", "--mount", $"type=bind,source={missing},target=/mnt", "busybox", "true"))
            .Expect(125).Says("bind source path does not exist");
        Assert.False(Directory.Exists(missing));
        (await _daemon.CliAsync(client, "run", "--rm", "-v", $"{missing}:/mnt", "busybox", "true")).Expect();
        Assert.True(Directory.Exists(missing));
    }

    [Theory, BothClients]
    public async Task Anonymous_volumes_go_with_the_container(string client)
    {
        string before = (await _daemon.CliAsync(client, "volume", "ls", "-q")).Expect().Text;
        (await _daemon.CliAsync(client, "run", "--rm", "-v", "/anonymous", "busybox", "touch", "/anonymous/x")).Expect();
        await Poll.UntilAsync(
            async () => (await _daemon.CliAsync(client, "volume", "ls", "-q")).Expect().Text == before, "the anonymous volume is gone");
    }
}
