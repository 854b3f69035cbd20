using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Wharf.Engine;
using Wharf.Engine.Networks;
using Wharf.Linux.Namespaces;
using Wharf.Linux.Netlink;
using Xunit;

namespace Wharf.KernelTests.Networks;

/// <summary>A container's network from set-up to tear-down, with real links, addresses and namespaces.</summary>
public sealed class SandboxTests
{
    [Fact]
    public async Task A_sandbox_has_loopback_an_address_a_route_and_its_bridge()
    {
        await using NetworkHost host = await new NetworkHost().StartAsync();
        Sandbox sandbox = await host.SetUpAsync("one");
        Endpoint endpoint = Assert.Single(sandbox.Endpoints);
        Assert.Equal(IPAddress.Parse("10.201.0.2"), endpoint.IPv4);
        Assert.Equal("02:42:0a:c9:00:02", endpoint.MacAddress);
        await NetworkNamespace.EnterAsync(sandbox.NamespacePath!, (_, inside) =>
        {
            IReadOnlyList<Link> links = inside.ListLinks();
            Assert.True(links.Single(link => link.Name == "lo").IsUp);
            Link eth0 = links.Single(link => link.Name == "eth0");
            Assert.True(eth0.IsUp);
            Assert.Equal("02420AC90002", eth0.Address.ToString());
            Assert.Contains(inside.ListAddresses(), address => address.Index == eth0.Index && address.Address.Equals(endpoint.IPv4) && address.PrefixLength == 24);
            Assert.DoesNotContain(inside.ListAddresses(), address => address.Index == eth0.Index && address.Address.AddressFamily == AddressFamily.InterNetworkV6);
            Assert.Contains(inside.ListRoutes(), route => route.Destination.PrefixLength == 0 && IPAddress.Parse("10.201.0.1").Equals(route.Gateway));
            Assert.Equal("0", File.ReadAllText("/proc/sys/net/ipv4/ip_unprivileged_port_start").Trim());
        });
        using NetlinkSocket socket = NetlinkSocket.Open();
        Assert.Equal(socket.FindLink(host.Bridge)!.Index, NetworkHost.Veths().Single().Master);
        await host.TearDownAsync("one");
        Assert.False(File.Exists(sandbox.NamespacePath));
        Assert.Null(host.Service.Find("one"));
        await NoVethIsLeftAsync();
    }

    [Fact]
    public async Task Containers_reach_each_other_and_the_host_and_get_a_freed_address_again()
    {
        await using NetworkHost host = await new NetworkHost().StartAsync();
        Sandbox one = await host.SetUpAsync("one");
        Sandbox two = await host.SetUpAsync("two");
        using Socket server = await Inside.ServeAsync(one.NamespacePath!, 80);
        Assert.Equal("10.201.0.3", await Inside.FetchAsync(two.NamespacePath, one.Endpoints[0].IPv4!, 80));
        Assert.Equal("10.201.0.1", await Inside.FetchAsync(null, one.Endpoints[0].IPv4!, 80));
        server.Dispose();
        await host.TearDownAsync("one");
        Sandbox again = await host.SetUpAsync("three");
        Assert.Equal(one.Endpoints[0].IPv4, again.Endpoints[0].IPv4);
        using Socket next = await Inside.ServeAsync(again.NamespacePath!, 80);
        Assert.Equal("10.201.0.3", await Inside.FetchAsync(two.NamespacePath, again.Endpoints[0].IPv4!, 80));
        await host.TearDownAsync("two");
        await host.TearDownAsync("three");
    }

    [Fact]
    public async Task None_has_loopback_only_and_host_has_no_namespace()
    {
        await using NetworkHost host = await new NetworkHost().StartAsync();
        Sandbox none = await host.SetUpAsync("none", "none", []);
        await NetworkNamespace.EnterAsync(none.NamespacePath!, (_, inside) => Assert.Equal("lo", Assert.Single(inside.ListLinks()).Name));
        Sandbox shared = await host.SetUpAsync("host", "host", []);
        Assert.Null(shared.NamespacePath);
        await host.TearDownAsync("none");
        await host.TearDownAsync("host");
    }

    [Fact]
    public async Task A_failed_set_up_leaves_nothing()
    {
        await using NetworkHost host = await new NetworkHost().StartAsync();
        var request = new SandboxRequest
        {
            ContainerId = "bad",
            ContainerName = "bad",
            Endpoints = [new EndpointRequest { Network = "bridge" }],
            Ports = [NetworkHost.Publish(80, 8080)],
            Sysctls = new Dictionary<string, string> { ["net.no.such"] = "1" },
        };
        await Assert.ThrowsAsync<WharfException>(() => host.Service.SetUpAsync(request, CancellationToken.None));
        Assert.Null(host.Service.Find("bad"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(host.Options.RunDirectory, "netns")));
        await NoVethIsLeftAsync();
        Sandbox next = await host.SetUpAsync("good", NetworkHost.Publish(80, 8080));
        Assert.Equal(IPAddress.Parse("10.201.0.2"), next.Endpoints[0].IPv4);
        await host.TearDownAsync("good");
    }

    [Fact]
    public async Task Two_hundred_set_ups_leak_nothing()
    {
        await using NetworkHost host = await new NetworkHost().StartAsync();
        await host.SetUpAsync("warm", NetworkHost.Publish(80, 8080));
        await host.TearDownAsync("warm");
        int descriptors = Directory.GetFiles("/proc/self/fd").Length;
        Stopwatch clock = new(), end = new();
        for (int i = 0; i < 200; i++)
        {
            clock.Start();
            await host.SetUpAsync($"c{i}", i % 4 == 0 ? [NetworkHost.Publish(80, 8080)] : []);
            clock.Stop();
            end.Start();
            await host.TearDownAsync($"c{i}");
            end.Stop();
        }

        TestContext.Current.SendDiagnosticMessage($"set-up {clock.Elapsed.TotalMilliseconds / 200:F2} ms, tear-down {end.Elapsed.TotalMilliseconds / 200:F2} ms each");
        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, descriptors + 5);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(host.Options.RunDirectory, "netns")));
        Assert.DoesNotContain(File.ReadLines("/proc/self/mountinfo"), line => line.Contains(host.Options.RunDirectory, StringComparison.Ordinal));
        await NoVethIsLeftAsync();
    }

    /// <summary>The kernel frees a namespace, and the links in it, in its own time.</summary>
    private static async Task NoVethIsLeftAsync()
    {
        for (int attempt = 0; attempt < 200 && NetworkHost.Veths().Count > 0; attempt++)
        {
            await Task.Delay(20);
        }

        Assert.Empty(NetworkHost.Veths());
    }
}
