using System.Net;
using System.Net.Sockets;
using Wharf.Engine;
using Wharf.Engine.Networks;
using Wharf.Linux.Netlink;
using Wharf.Linux.Nftables;
using Xunit;

namespace Wharf.KernelTests.Networks;

/// <summary>The engine is killed and started again: the running go on, the rest goes.</summary>
public sealed class NetworkRecoveryTests
{
    [Fact]
    public async Task Running_sandboxes_are_taken_over_and_others_removed()
    {
        await using NetworkHost host = await new NetworkHost().StartAsync();
        Sandbox kept = await host.SetUpAsync("kept", NetworkHost.Publish(80, 8080));
        Sandbox lost = await host.SetUpAsync("lost", NetworkHost.Publish(80, 8081));
        string bridgeId = kept.Endpoints[0].NetworkId;
        using Socket server = await Inside.ServeAsync(kept.NamespacePath!, 80);
        await host.StartAsync("kept");
        Sandbox found = host.Service.Find("kept")!;
        Assert.Equal(kept.Endpoints[0] with { Aliases = [] }, found.Endpoints[0] with { Aliases = [] });
        Assert.Equal(kept.Ports, found.Ports);
        Assert.Null(host.Service.Find("lost"));
        Assert.False(File.Exists(lost.NamespacePath));
        Assert.Equal(kept.Endpoints[0].HostInterfaceName, Assert.Single(NetworkHost.Veths()).Name);
        Assert.Equal(bridgeId, host.Service.Inspect("bridge").Network.Id);
        Assert.NotEmpty(await Inside.FetchAsync(null, IPAddress.Loopback, 8080));
        await Assert.ThrowsAsync<SocketException>(() => Inside.FetchAsync(null, IPAddress.Loopback, 8081));
        await Assert.ThrowsAsync<Engine.WharfException>(() => host.SetUpAsync("thief", NetworkHost.Publish(80, 8080)));
        Sandbox next = await host.SetUpAsync("next");
        Assert.Equal(IPAddress.Parse("10.201.0.3"), next.Endpoints[0].IPv4);
        await host.TearDownAsync("next");
        await host.TearDownAsync("kept");
    }

    [Fact]
    public async Task A_bridge_and_rules_that_are_gone_are_made_again()
    {
        await using NetworkHost host = await new NetworkHost().StartAsync();
        Sandbox kept = await host.SetUpAsync("kept", NetworkHost.Publish(80, 8080));
        using Socket server = await Inside.ServeAsync(kept.NamespacePath!, 80);
        using (NetlinkSocket socket = NetlinkSocket.Open())
        using (NftablesContext nftables = NftablesContext.Open())
        {
            socket.DeleteLinkIfThere(host.Bridge);
            nftables.Run("flush ruleset");
        }

        await host.StartAsync("kept");
        Assert.NotEmpty(await Inside.FetchAsync(null, IPAddress.Loopback, 8080));
        await host.TearDownAsync("kept");
    }

    [Theory]
    [InlineData("10.201.0.0/24")]
    [InlineData("10.201.0.255/24")]
    [InlineData("10.201.0.1/31")]
    [InlineData("ten")]
    public async Task A_bridge_address_that_is_none_starts_no_engine(string address)
    {
        await using var host = new NetworkHost(address);
        WharfException refusal = await Assert.ThrowsAsync<WharfException>(() => host.StartAsync());
        Assert.Contains(address, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Engines_side_by_side_leave_each_other_alone()
    {
        await using NetworkHost first = await new NetworkHost().StartAsync();
        Sandbox kept = await first.SetUpAsync("kept", NetworkHost.Publish(80, 8080));
        using Socket server = await Inside.ServeAsync(kept.NamespacePath!, 80);
        await using (NetworkHost second = await new NetworkHost("10.203.0.1/24").StartAsync())
        {
            await second.SetUpAsync("kept", NetworkHost.Publish(80, 8085));
            await second.StartAsync();
        }

        Assert.NotEmpty(await Inside.FetchAsync(null, IPAddress.Loopback, 8080));
        await first.TearDownAsync("kept");
    }
}
