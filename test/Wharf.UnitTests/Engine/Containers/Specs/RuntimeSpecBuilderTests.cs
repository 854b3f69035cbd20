using System.Text.Json;
using Wharf.Engine;
using Wharf.Engine.Containers;
using Wharf.Engine.Containers.Security;
using Wharf.Engine.Containers.Specs;
using Wharf.Oci.RuntimeSpec;
using Xunit;

namespace Wharf.UnitTests.Engine.Containers.Specs;

/// <summary>Golden files: set <c>WHARF_UPDATE_GOLDEN</c> to the test project's directory to rewrite them, and read the diff.</summary>
public sealed class RuntimeSpecBuilderTests
{
    private static readonly JsonSerializerOptions Readable = new(RuntimeSpecJson.Default.Options) { WriteIndented = true };

    [Fact]
    public void Plain() => Check("plain", Inputs());

    [Fact]
    public void Privileged_with_terminal() => Check("privileged", Inputs(snapshot => snapshot with
    {
        Config = snapshot.Config with { Tty = true },
        HostConfig = snapshot.HostConfig with { Privileged = true, MaskedPaths = null, ReadonlyPaths = null, ConsoleSize = new(24, 80) },
    }) with
    {
        DeviceRules = ResourceSpec.DeviceRules(new HostConfig { Privileged = true }, []),
        HasInit = true,
        Devices = [new Device { Path = "/dev/fuse", Type = "c", Major = 10, Minor = 229, FileMode = 0x1b6, Uid = 0, Gid = 0 }],
    });

    [Fact]
    public void Limited_read_only_user_with_mounts_and_init() => Check("limited", Inputs(snapshot => snapshot with
    {
        Config = snapshot.Config with { User = "web", WorkingDir = "/srv", Domainname = "example.org", Env = ["A=b", "TERM", "PATH=/bin"] },
        HostConfig = snapshot.HostConfig with
        {
            ReadonlyRootfs = true,
            Tmpfs = new Dictionary<string, string> { ["/run"] = "size=1m" },
            OomScoreAdj = 100,
            Sysctls = new Dictionary<string, string> { ["kernel.shmmax"] = "1", ["net.core.somaxconn"] = "9" },
            Resources = new ResourceLimits
            {
                Memory = 64 << 20,
                MemorySwap = 128 << 20,
                NanoCpus = 500_000_000,
                CpuShares = 512,
                CpusetCpus = "0",
                PidsLimit = 10,
                BlkioWeight = 100,
                DeviceCgroupRules = ["c 13:* rwm"],
            },
        },
    }) with
    {
        User = new ContainerUser(33, 33, [33, 50], "/var/www"),
        NoNewPrivileges = true,
        Mounts =
        [
            new Mount { Destination = "/a/b", Type = "bind", Source = "/x", Options = ["rbind", "ro", "rslave"] },
            new Mount { Destination = "/dev/shm", Type = "bind", Source = "/y", Options = ["rbind", "rw", "rprivate"] },
            new Mount { Destination = "/a", Type = "bind", Source = "/z", Options = ["rbind", "rw", "rprivate"] },
        ],
        DeviceRules = ResourceSpec.DeviceRules(new HostConfig { Resources = new() { DeviceCgroupRules = ["c 13:* rwm"] } }, []),
        Ulimits = [new UlimitOption("nofile", 1024, -1)],
        HasInit = true,
        InitBinary = "/usr/lib/wharf-init",
    });

    private static SpecInputs Inputs(Func<ContainerSnapshot, ContainerSnapshot>? change = null)
    {
        ContainerSnapshot snapshot = TestContainers.Snapshot();
        return new SpecInputs
        {
            Container = change?.Invoke(snapshot) ?? snapshot,
            RootPath = "/merged",
            User = new ContainerUser(0, 0, [0], "/root"),
            Capabilities = CapabilitySet.Default,
            CgroupsPath = "/wharf/id",
            Namespaces = [new("mount"), new("pid"), new("ipc"), new("uts"), new("network", "/run/netns/id")],
            Mounts = [new Mount { Destination = "/etc/hosts", Type = "bind", Source = "/hosts", Options = ["rbind", "rprivate"] }],
            DeviceRules = ResourceSpec.DeviceRules(new HostConfig(), []),
        };
    }

    private static void Check(string name, SpecInputs inputs)
    {
        string actual = JsonSerializer.Serialize(RuntimeSpecBuilder.Build(inputs), Readable) + "\n";
        string file = Path.Combine("Engine", "Containers", "Golden", name + ".json");
        if (Environment.GetEnvironmentVariable("WHARF_UPDATE_GOLDEN") is { Length: > 0 } project)
        {
            File.WriteAllText(Path.Combine(project, file), actual);
        }

        Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, file)), actual);
    }
}
