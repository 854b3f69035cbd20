using System.Net;
using System.Text;
using System.Text.Json;
using Wharf.Api;
using Wharf.Daemon.Mapping;
using Wharf.Daemon.Versions;
using Wharf.Engine;
using Wharf.Engine.Containers;
using Wharf.Engine.Networks;
using Xunit;
using EndpointSettings = Wharf.Engine.Containers.EndpointSettings;
using Wire = Wharf.Api.Containers;

namespace Wharf.UnitTests.Daemon;

/// <summary>Inspect and list as whole documents: a changed golden file is a changed API. WHARF_UPDATE_GOLDEN=DIRECTORY rewrites them there.</summary>
public sealed class ContainerMappingTests
{
    private static readonly DateTimeOffset Started = new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero).AddTicks(1234560);

    [Fact]
    public void A_running_container_is_inspected() =>
        AssertGolden("inspect.json", ApiJson.ToBytes(ContainerMapping.Inspect(Running(), new EngineOptions()), ApiJson.Default.ContainerInspect));

    [Fact]
    public void An_older_client_also_gets_the_default_networks_addresses()
    {
        Wire.ContainerInspect inspected = ContainerMapping.Inspect(Running(), new EngineOptions());
        V1_52.Downgrade(new ApiVersion(1, 41), inspected);
        Assert.Equal(("172.17.0.2", 16, "172.17.0.1"), (inspected.NetworkSettings.IPAddress, inspected.NetworkSettings.IPPrefixLen, inspected.NetworkSettings.Gateway));
    }

    [Fact]
    public void A_running_container_is_listed() =>
        AssertGolden("summary.json", ApiJson.ToBytes(ContainerMapping.Summarize(Running(), Started.AddSeconds(61)), ApiJson.Default.ContainerSummary));

    [Fact]
    public void One_that_has_not_run_shows_what_it_will_join()
    {
        ContainerSnapshot created = Running() with { Sandbox = null, State = new ContainerState() };
        Wire.ContainerInspect inspected = ContainerMapping.Inspect(created, new EngineOptions());
        Assert.Equal(["bridge"], inspected.NetworkSettings.Networks.Keys);
        Assert.Empty(inspected.NetworkSettings.Ports);
        Assert.Equal(("created", 0, GoTime.Zero), (inspected.State.Status, inspected.State.Pid, inspected.State.StartedAt));
    }

    [Fact]
    public void What_create_is_asked_comes_back_in_inspect()
    {
        const string Asked = """
            {"Image":"busybox","Cmd":["sh"],"Tty":true,"OpenStdin":true,"StopTimeout":3,"Labels":{"l":"v"},
             "HostConfig":{"Binds":["/a:/b:ro"],"Memory":10485760,"NanoCpus":500000000,"CapAdd":["NET_ADMIN"],"Privileged":true,"RestartPolicy":{"Name":"on-failure","MaximumRetryCount":2},
              "Ulimits":[{"Name":"nofile","Soft":10,"Hard":20}],"Devices":[{"PathOnHost":"/dev/fuse","PathInContainer":"/dev/fuse","CgroupPermissions":"rwm"}],
              "Mounts":[{"Type":"tmpfs","Target":"/t","TmpfsOptions":{"SizeBytes":4096}}],"PortBindings":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"80"}]}}}
            """;
        CreateRequest request = ContainerMapping.ToEngine(
            JsonSerializer.Deserialize(Asked, ApiJson.Default.ContainerCreateRequest)!, "/name", platform: null);
        Wire.HostConfig shown = HostConfigMapping.ToWire(request.HostConfig, new EngineOptions());
        Assert.Equal("name", request.Name);
        Assert.Equal(["/a:/b:ro"], shown.Binds);
        Assert.Equal((10485760, 500000000), (shown.Memory, shown.NanoCpus));
        Assert.Equal(("on-failure", 2), (shown.RestartPolicy!.Name, shown.RestartPolicy.MaximumRetryCount));
        Assert.Equal(("nofile", 10, 20), (shown.Ulimits![0].Name, shown.Ulimits[0].Soft, shown.Ulimits[0].Hard));
        Assert.Equal("/dev/fuse", shown.Devices![0].PathOnHost);
        Assert.Equal(4096, shown.Mounts![0].TmpfsOptions!.SizeBytes);
        Assert.Equal("80", shown.PortBindings!["80/tcp"]![0].HostPort);
        Assert.Equal((true, true, 3), (request.Config.Tty, request.Config.OpenStdin, request.Config.StopTimeout));
    }

    private static ContainerSnapshot Running() => new()
    {
        Id = new string('a', 64),
        Name = "web",
        Created = Started.AddSeconds(-1),
        ImageId = "sha256:" + new string('b', 64),
        Platform = "linux/amd64",
        Config = new ContainerConfig
        {
            Image = "debian:bookworm",
            Entrypoint = ["/entry"],
            Cmd = ["serve", "two words"],
            Env = ["PATH=/bin"],
            Hostname = "aaaaaaaaaaaa",
            ExposedPorts = ["80/tcp", "81/udp"],
            Labels = new Dictionary<string, string> { ["tier"] = "front" },
        },
        HostConfig = new HostConfig { NetworkMode = "bridge", LogConfig = new LogConfig("json-file", new Dictionary<string, string>()) },
        Endpoints = new Dictionary<string, EndpointSettings>(),
        Mounts = [new MountPoint { Type = "bind", Source = "/srv", Destination = "/data", Mode = "ro", Writable = false, Propagation = "rprivate" }],
        State = new ContainerState { Status = ContainerStatus.Running, Pid = 4242, StartedAt = Started },
        Sandbox = new Sandbox
        {
            ContainerId = new string('a', 64),
            NamespacePath = "/run/wharf/netns/a",
            Endpoints =
            [
                new Endpoint
                {
                    Id = "e1",
                    NetworkId = "n1",
                    NetworkName = "bridge",
                    InterfaceName = "eth0",
                    MacAddress = "02:42:ac:11:00:02",
                    IPv4 = IPAddress.Parse("172.17.0.2"),
                    IPv4PrefixLength = 16,
                    IPv4Gateway = IPAddress.Parse("172.17.0.1"),
                },
            ],
            Ports = [new PublishedPort(PortProtocol.Tcp, 80, IPAddress.Any, 8080), new PublishedPort(PortProtocol.Tcp, 80, IPAddress.IPv6Any, 8080)],
        },
        Paths = new ContainerPaths("/var/lib/wharf/containers/" + new string('a', 64), "/run/wharf/containers/" + new string('a', 64)),
    };

    private static void AssertGolden(string name, byte[] json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        using var indented = new MemoryStream();
        using (var writer = new Utf8JsonWriter(indented, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            document.WriteTo(writer);
        }

        string actual = Encoding.UTF8.GetString(indented.ToArray()) + "\n";
        if (Environment.GetEnvironmentVariable("WHARF_UPDATE_GOLDEN") is { } directory)
        {
            File.WriteAllText(Path.Combine(directory, name), actual);
        }

        Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Daemon", "Golden", name)), actual);
    }
}
