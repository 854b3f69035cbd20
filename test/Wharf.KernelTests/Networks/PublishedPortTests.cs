using System.Net;
using System.Net.Sockets;
using Wharf.Engine;
using Wharf.Engine.Networks;
using Wharf.Linux.Nftables;
using Xunit;

namespace Wharf.KernelTests.Networks;

/// <summary>Who reaches a published port, and who does not.</summary>
public sealed class PublishedPortTests
{
    private const ushort Port = 8080;
    private static readonly IPAddress Gateway = IPAddress.Parse("10.201.0.1");

    [Fact]
    public async Task A_port_answers_on_loopback_on_every_address_from_outside_and_from_containers()
    {
        await using NetworkHost host = await new NetworkHost().StartAsync();
        using Neighbour neighbour = await Neighbour.ConnectAsync();
        Sandbox web = await host.SetUpAsync("web", NetworkHost.Publish(80, Port));
        Sandbox other = await host.SetUpAsync("other");
        using Socket server = await Inside.ServeAsync(web.NamespacePath!, 80);
        Assert.Equal("10.201.0.1", await Inside.FetchAsync(null, IPAddress.Loopback, Port));
        Assert.NotEmpty(await Inside.FetchAsync(null, Gateway, Port));
        Assert.NotEmpty(await Inside.FetchAsync(null, Neighbour.HostAddress, Port));
        Assert.Equal("198.51.100.2", await Inside.FetchAsync(neighbour.Namespace, Neighbour.HostAddress, Port));
        Assert.NotEmpty(await Inside.FetchAsync(other.NamespacePath, Gateway, Port));
        Assert.NotEmpty(await Inside.FetchAsync(web.NamespacePath, Gateway, Port));
        Assert.NotEmpty(await Inside.FetchAsync(web.NamespacePath, Neighbour.HostAddress, Port));
        await host.TearDownAsync("web");
        SocketException refused = await Assert.ThrowsAsync<SocketException>(() => Inside.FetchAsync(null, IPAddress.Loopback, Port));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        await host.TearDownAsync("other");
    }

    [Fact]
    public async Task Udp_is_published_too()
    {
        await using NetworkHost host = await new NetworkHost().StartAsync();
        using Neighbour neighbour = await Neighbour.ConnectAsync();
        Sandbox dns = await host.SetUpAsync("dns", NetworkHost.Publish(53, 5353, PortProtocol.Udp));
        using Socket server = await Inside.EchoUdpAsync(dns.NamespacePath!, 53);
        Assert.Equal("ping", await Inside.PingUdpAsync(null, IPAddress.Loopback, 5353));
        Assert.Equal("ping", await Inside.PingUdpAsync(neighbour.Namespace, Neighbour.HostAddress, 5353));
        await host.TearDownAsync("dns");
    }

    [Fact]
    public async Task A_port_on_loopback_is_not_for_neighbours()
    {
        await using NetworkHost host = await new NetworkHost().StartAsync();
        using Neighbour neighbour = await Neighbour.ConnectAsync();
        Sandbox web = await host.SetUpAsync("web", NetworkHost.Publish(80, Port, address: IPAddress.Loopback));
        using Socket server = await Inside.ServeAsync(web.NamespacePath!, 80);
        Assert.NotEmpty(await Inside.FetchAsync(null, IPAddress.Loopback, Port));
        await Assert.ThrowsAsync<SocketException>(() => Inside.FetchAsync(neighbour.Namespace, Neighbour.HostAddress, Port));

        // Straight to the container, by a route through us: only what is published may pass.
        await Assert.ThrowsAnyAsync<Exception>(() => Inside.FetchAsync(neighbour.Namespace, web.Endpoints[0].IPv4!, 80));
        await host.TearDownAsync("web");
    }

    [Fact]
    public async Task Containers_reach_the_outside_under_the_hosts_address_but_not_its_loopback()
    {
        await using NetworkHost host = await new NetworkHost().StartAsync();
        using Neighbour neighbour = await Neighbour.ConnectAsync();
        Sandbox client = await host.SetUpAsync("client");
        using Socket server = await Inside.ServeAsync(neighbour.Namespace, 80);
        Assert.Equal("198.51.100.1", await Inside.FetchAsync(client.NamespacePath, Neighbour.OwnAddress, 80));
        await host.TearDownAsync("client");
    }

    [Fact]
    public async Task Networks_are_apart_but_for_what_is_published()
    {
        await using NetworkHost host = await new NetworkHost().StartAsync();
        Network other = host.Service.Create(new NetworkRequest { Name = "other", Subnets = [new SubnetRequest { Range = "10.202.0.0/24" }] });
        Sandbox web = await host.SetUpAsync("web", NetworkHost.Publish(80, Port));
        Sandbox stranger = await host.SetUpAsync("stranger", "other", []);
        Assert.Equal(IPAddress.Parse("10.202.0.2"), stranger.Endpoints[0].IPv4);
        using Socket server = await Inside.ServeAsync(web.NamespacePath!, 80);
        await Assert.ThrowsAnyAsync<Exception>(() => Inside.FetchAsync(stranger.NamespacePath, web.Endpoints[0].IPv4!, 80));
        Assert.NotEmpty(await Inside.FetchAsync(stranger.NamespacePath, Gateway, Port));
        Assert.Equal(
            "error while removing network: network other has active endpoints",
            Assert.Throws<WharfException>(() => host.Service.Remove("other")).Message);
        Sandbox both = await host.Service.ConnectAsync("stranger", new EndpointRequest { Network = "bridge" }, CancellationToken.None);
        Assert.Equal("eth1", both.Endpoints[1].InterfaceName);
        Assert.NotEmpty(await Inside.FetchAsync(stranger.NamespacePath, web.Endpoints[0].IPv4!, 80));
        await host.Service.DisconnectAsync("stranger", "bridge", CancellationToken.None);
        await host.TearDownAsync("stranger");
        await host.TearDownAsync("web");
        host.Service.Remove(other.Id);
    }

    [Fact]
    public async Task A_taken_port_is_refused_in_dockers_words()
    {
        await using NetworkHost host = await new NetworkHost().StartAsync();
        await host.SetUpAsync("first", NetworkHost.Publish(80, Port));
        WharfException ours = await Assert.ThrowsAsync<WharfException>(() => host.SetUpAsync("second", NetworkHost.Publish(80, Port)));
        Assert.StartsWith("driver failed programming external connectivity on endpoint name-second (", ours.Message, StringComparison.Ordinal);
        Assert.EndsWith("): Bind for 0.0.0.0:8080 failed: port is already allocated", ours.Message, StringComparison.Ordinal);
        using var foreign = new TcpListener(IPAddress.Loopback, 8081);
        foreign.Start();
        WharfException theirs = await Assert.ThrowsAsync<WharfException>(
            () => host.SetUpAsync("third", NetworkHost.Publish(80, 8081, address: IPAddress.Loopback)));
        Assert.EndsWith("): failed to bind host port for 127.0.0.1:8081:10.201.0.3:80/tcp: address already in use", theirs.Message, StringComparison.Ordinal);
        Sandbox range = await host.SetUpAsync("range", new PortRequest(PortProtocol.Tcp, 80, null, 8080, 8082), new PortRequest(PortProtocol.Tcp, 81, null, 0, 0));
        Assert.Equal(8082, range.Ports[0].HostPort);
        Assert.InRange(range.Ports[1].HostPort, (ushort)1024, ushort.MaxValue);
        await host.TearDownAsync("range");
        await host.TearDownAsync("first");
    }

    [Fact]
    public async Task A_flushed_ruleset_comes_back_with_the_next_change()
    {
        await using NetworkHost host = await new NetworkHost().StartAsync();
        Sandbox web = await host.SetUpAsync("web", NetworkHost.Publish(80, Port));
        using Socket server = await Inside.ServeAsync(web.NamespacePath!, 80);
        using (NftablesContext nftables = NftablesContext.Open())
        {
            nftables.Run("flush ruleset");
        }

        await host.SetUpAsync("other", NetworkHost.Publish(80, 8090));
        Assert.NotEmpty(await Inside.FetchAsync(null, IPAddress.Loopback, Port));
        await host.TearDownAsync("other");
        await host.TearDownAsync("web");
    }

    [Fact]
    public async Task A_firewall_that_drops_forwarding_is_told_of()
    {
        await using NetworkHost host = await new NetworkHost().StartAsync();
        Assert.Empty(host.Service.Warnings);
        using NftablesContext nftables = NftablesContext.Open();
        nftables.Run("table ip filter {\n chain FORWARD {\n type filter hook forward priority filter; policy drop;\n }\n}");
        Assert.Contains("ip filter FORWARD", Assert.Single(host.Service.Warnings), StringComparison.Ordinal);
        nftables.Run("delete table ip filter");
    }
}
