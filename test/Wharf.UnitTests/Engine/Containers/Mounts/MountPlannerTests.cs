using Wharf.Engine;
using Wharf.Engine.Containers;
using Wharf.Engine.Containers.Mounts;
using Xunit;

namespace Wharf.UnitTests.Engine.Containers.Mounts;

public sealed class MountPlannerTests
{
    private static IReadOnlyList<PlannedMount> Plan(ContainerConfig config, HostConfig host) =>
        MountPlanner.Plan(config, host, name => throw WharfException.NotFound($"No such container: {name}"));

    [Fact]
    public void Image_volumes_give_way_to_what_is_asked_for()
    {
        IReadOnlyList<PlannedMount> mounts = Plan(
            new ContainerConfig { Volumes = ["/data", "/cache", "/tmp"] },
            new HostConfig { Binds = ["/srv:/data:ro"], Tmpfs = new Dictionary<string, string> { ["/tmp"] = "" } });
        Assert.Equal(["bind /data", "volume /cache"], mounts.Select(mount => $"{mount.Point.Type} {mount.Point.Destination}"));
        Assert.Equal(["rbind", "ro", "rprivate"], mounts[0].Point.Options);
    }

    [Fact]
    public void One_target_twice_is_refused() => Assert.Equal(
        "Duplicate mount point: /x",
        Assert.Throws<WharfException>(() => Plan(new ContainerConfig(), new HostConfig { Binds = ["/a:/x", "/b:/x/"] })).Message);

    [Fact]
    public void A_mount_needs_its_source() => Assert.Equal(
        "invalid mount config for type \"bind\": bind source path does not exist: /no/such/path",
        Assert.Throws<WharfException>(() => Plan(
            new ContainerConfig(),
            new HostConfig { Mounts = [new MountRequest { Type = "bind", Source = "/no/such/path", Target = "/x" }] })).Message);

    [Fact]
    public void A_tmpfs_mount_has_size_and_mode()
    {
        PlannedMount mount = Assert.Single(Plan(
            new ContainerConfig(),
            new HostConfig { Mounts = [new MountRequest { Type = "tmpfs", Target = "/x", TmpfsSize = 1024, TmpfsMode = 0b111_101_000 }] }));
        Assert.Equal(["nosuid", "nodev", "noexec", "rw", "rprivate", "size=1024", "mode=750"], mount.Point.Options);
    }

    [Theory]
    [InlineData("", new[] { "noexec", "nosuid", "nodev", "rprivate" })]
    [InlineData("exec,size=64m", new[] { "nosuid", "nodev", "exec", "size=64m", "rprivate" })]
    [InlineData("size=1m,size=2m", new[] { "noexec", "nosuid", "nodev", "size=2m", "rprivate" })]
    public void Tmpfs_options(string text, string[] options) => Assert.Equal(options, TmpfsOptions.Parse(text));

    [Theory]
    [InlineData("huge=always")]
    [InlineData("size")]
    [InlineData("bind")]
    public void Unknown_tmpfs_options(string text) =>
        Assert.Equal($"invalid tmpfs option \"{text}\"", Assert.Throws<WharfException>(() => TmpfsOptions.Parse(text)).Message);
}
