using Wharf.Engine.Containers;

namespace Wharf.UnitTests.Engine.Containers;

/// <summary>A container as create leaves it, to change with <c>with</c>.</summary>
internal static class TestContainers
{
    internal static readonly string Id = string.Concat(Enumerable.Repeat("0123456789abcdef", 4));

    internal static ContainerSnapshot Snapshot() => new()
    {
        Id = Id,
        Name = "web",
        Created = DateTimeOffset.UnixEpoch,
        ImageId = "sha256:" + new string('a', 64),
        Platform = "linux/amd64",
        Config = new ContainerConfig { Image = "busybox", Cmd = ["sh"], Hostname = "0123456789ab", Env = ["A=b"] },
        HostConfig = new HostConfig
        {
            ShmSize = 64 << 20,
            NetworkMode = "bridge",
            IpcMode = "private",
            MaskedPaths = ["/proc/kcore"],
            ReadonlyPaths = ["/proc/sys"],
        },
        Endpoints = new Dictionary<string, EndpointSettings>(),
        Mounts = [],
        State = new ContainerState(),
        Paths = new ContainerPaths("/root/" + Id, "/run/" + Id),
    };
}
