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

    /// <summary>Another container with the volume can put a link in its place, also after create (CVE-2021-30465).</summary>
    [Theory, BothClients]
    public async Task A_part_of_a_volume_cannot_become_a_link_to_the_host(string client)
    {
        string name = $"parts-{client}";
        (await _daemon.CliAsync(client, "run", "--rm", "-v", $"{name}:/v", "busybox", "sh", "-c", "mkdir /v/part; echo inside >/v/part/file")).Expect();
        string[] mount = ["--mount", $"type=volume,src={name},dst=/mnt,volume-subpath=part", "busybox", "ls", "/mnt"];
        string user = (await _daemon.DockerAsync(["create", .. mount])).Expect().Text;
        Assert.Equal("file", (await _daemon.CliAsync(client, "start", "-a", user)).Expect().Text);
        (await _daemon.CliAsync(client, "run", "--rm", "-v", $"{name}:/v", "busybox", "sh", "-c", "rm -r /v/part; ln -s /etc /v/part")).Expect();
        Assert.NotEqual(0, (await _daemon.CliAsync(client, "start", "-a", user)).ExitCode);
        (await _daemon.CliAsync(client, "rm", user)).Expect();
        (await _daemon.CliAsync(client, "volume", "rm", name)).Expect();
    }

    [Theory, BothClients]
    public async Task Volumes_from_nobody_are_not_taken_for_a_missing_image(string client)
    {
        CommandResult refused = (await _daemon.CliAsync(client, "run", "--rm", "--volumes-from", "nobody", "busybox", "true")).Expect(125).Says("No such container: nobody");
        Assert.DoesNotContain("Unable to find image", refused.Error);
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
