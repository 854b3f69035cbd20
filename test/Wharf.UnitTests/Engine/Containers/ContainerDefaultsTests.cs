using Wharf.Engine;
using Wharf.Engine.Containers;
using Wharf.Engine.Containers.Validation;
using Wharf.Engine.Images;
using Xunit;

namespace Wharf.UnitTests.Engine.Containers;

public sealed class ContainerDefaultsTests
{
    private static readonly MachineFacts Machine = new(2, "0-1", "0", HasSwapLimit: true, HasUnifiedCgroups: false);
    private static readonly ImageDefaults Image = new()
    {
        Entrypoint = ["/entry"],
        Cmd = ["serve"],
        Env = ["PATH=/bin", "A=image"],
        User = "web",
        WorkingDir = "/srv",
        Labels = new Dictionary<string, string> { ["a"] = "image", ["b"] = "image" },
        ExposedPorts = ["80/tcp"],
        Volumes = ["/data"],
    };

    [Fact]
    public void Nothing_asked_for_is_the_image()
    {
        ContainerConfig merged = Merge(new ContainerConfig());
        Assert.Equal(["/entry"], merged.Entrypoint);
        Assert.Equal(["serve"], merged.Cmd);
        Assert.Equal(["PATH=/bin", "A=image"], merged.Env);
        Assert.Equal(("web", "/srv", "0123456789ab"), (merged.User, merged.WorkingDir, merged.Hostname));
        Assert.Equal(["80/tcp"], merged.ExposedPorts);
        Assert.Equal(["/data"], merged.Volumes);
    }

    [Fact]
    public void A_command_keeps_the_entrypoint()
    {
        ContainerConfig merged = Merge(new ContainerConfig { Cmd = ["x"] });
        Assert.Equal(["/entry"], merged.Entrypoint);
        Assert.Equal(["x"], merged.Cmd);
    }

    [Fact]
    public void An_entrypoint_drops_the_images_command()
    {
        ContainerConfig merged = Merge(new ContainerConfig { Entrypoint = ["sh"] });
        Assert.Equal(["sh"], merged.Entrypoint);
        Assert.Null(merged.Cmd);
    }

    [Fact]
    public void An_empty_entrypoint_resets_it()
    {
        ContainerConfig merged = Merge(new ContainerConfig { Entrypoint = [""], Cmd = ["x"] });
        Assert.Null(merged.Entrypoint);
        Assert.Equal(["x"], merged.Cmd);
    }

    [Fact]
    public void Variables_and_labels_merge_by_name()
    {
        ContainerConfig merged = Merge(new ContainerConfig { Env = ["A=own", "B=own"], Labels = new Dictionary<string, string> { ["a"] = "own" } });
        Assert.Equal(["A=own", "B=own", "PATH=/bin"], merged.Env);
        Assert.Equal(("own", "image"), (merged.Labels["a"], merged.Labels["b"]));
    }

    [Fact]
    public void The_engine_fills_the_rest()
    {
        HostConfig host = ContainerDefaults.Complete(
            new HostConfig { Resources = new() { Memory = 8 << 20, PidsLimit = 0 } }, new ContainerConfig(), new EngineOptions(), Machine);
        Assert.Equal(("bridge", "private", "host", 64L << 20), (host.NetworkMode, host.IpcMode, host.CgroupnsMode, host.ShmSize));
        Assert.Equal((16 << 20, null), (host.Resources.MemorySwap, host.Resources.PidsLimit));
        Assert.Equal("json-file", host.LogConfig.Type);
        Assert.Contains("/proc/kcore", host.MaskedPaths!);
    }

    [Fact]
    public void Privileged_sees_everything()
    {
        HostConfig host = ContainerDefaults.Complete(new HostConfig { Privileged = true }, new ContainerConfig(), new EngineOptions(), Machine);
        Assert.Null(host.MaskedPaths);
        Assert.Null(host.ReadonlyPaths);
    }

    private static ContainerConfig Merge(ContainerConfig asked) => ContainerDefaults.Merge(asked, Image, TestContainers.Id);
}
