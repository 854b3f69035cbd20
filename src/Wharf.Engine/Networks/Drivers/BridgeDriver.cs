using System.Collections.Concurrent;
using System.Globalization;
using System.Net.NetworkInformation;
using Wharf.Engine.Networks.Addresses;
using Wharf.Linux;
using Wharf.Linux.Netlink;

namespace Wharf.Engine.Networks.Drivers;

/// <summary>
/// A Linux bridge with the gateway's address, and a veth pair for each container: one end a port of the bridge, the other the container's
/// interface.
/// </summary>
internal sealed class BridgeDriver(NetlinkSocket host) : INetworkDriver
{
    private const int DefaultMtu = 1500;
    private readonly ConcurrentDictionary<string, int> _bridges = [];

    public string Name => Network.Bridge;

    public bool HasNamespace => true;

    public void Ensure(Network network)
    {
        Subnet subnet = network.Subnets[0];
        string name = network.BridgeName;
        Link bridge = FindOrAdd(network, subnet);
        var batch = new NetlinkBatch();
        batch.AddAddress(bridge.Index, subnet.Gateway, subnet.Range.PrefixLength);
        batch.SetUp(bridge.Index);
        host.Execute(batch);

        // A packet from 127.0.0.1 to a published port keeps that source until it leaves through the bridge, where the firewall replaces it;
        // without this the kernel takes the answers for martians.
        File.WriteAllText($"/proc/sys/net/ipv4/conf/{name}/route_localnet", "1");
        _bridges[network.Id] = bridge.Index;
    }

    public void Remove(Network network)
    {
        _bridges.TryRemove(network.Id, out _);
        host.DeleteLinkIfThere(network.BridgeName);
    }

    public void Join(Network network, Endpoint endpoint, JoinTarget target)
    {
        PhysicalAddress mac = MacAddress.Parse(endpoint.MacAddress!);
        var pair = new VethPair(
            endpoint.HostInterfaceName!, _bridges[network.Id], endpoint.InterfaceName, target.InterfaceIndex, mac, target.Namespace, MtuOf(network));
        AddVeth(network, pair);
        int port = host.FindLink(pair.Name)!.Index;
        var here = new NetlinkBatch();
        here.TeachBridge(port, mac);
        if (target.Published)
        {
            // Where bridged packets pass the firewall too (br_netfilter), a container's packet to its own published port is redirected while
            // still on the bridge, and must leave by the port it came from.
            here.SetHairpin(port);
        }

        host.Execute(here);

        var inside = new NetlinkBatch();
        inside.SetUp(target.InterfaceIndex);
        inside.AddAddress(target.InterfaceIndex, endpoint.IPv4!, endpoint.IPv4PrefixLength);
        if (target.DefaultRoute && endpoint.IPv4Gateway is not null)
        {
            inside.AddDefaultRoute(endpoint.IPv4Gateway, target.InterfaceIndex);
        }

        target.Inside.Execute(inside);
    }

    public void Leave(Endpoint endpoint) => host.DeleteLinkIfThere(endpoint.HostInterfaceName!);

    internal static int MtuOf(Network network) =>
        network.Options.TryGetValue(BridgeOptions.Mtu, out string? text) && int.TryParse(text, CultureInfo.InvariantCulture, out int mtu) ? mtu : DefaultMtu;

    /// <summary>Somebody may have deleted the bridge under us: then it is made anew, and the container does not notice.</summary>
    private void AddVeth(Network network, VethPair pair)
    {
        var batch = new NetlinkBatch();
        batch.AddVeth(pair);
        try
        {
            host.Execute(batch);
        }
        catch (LinuxException) when (host.FindLink(network.BridgeName)?.Index != pair.Master)
        {
            Ensure(network);
            batch = new NetlinkBatch();
            batch.AddVeth(pair with { Master = _bridges[network.Id] });
            host.Execute(batch);
        }
    }

    private Link FindOrAdd(Network network, Subnet subnet)
    {
        string name = network.BridgeName;
        if (host.FindLink(name) is { } existing)
        {
            return existing.Kind == "bridge"
                ? existing
                : throw WharfException.Conflict($"interface {name} exists and is no bridge: give the network another one ({BridgeOptions.Name}, or --bridge)");
        }

        var batch = new NetlinkBatch();
        batch.AddBridge(name, IPv4.MacOf(subnet.Gateway), MtuOf(network));
        host.Execute(batch);
        return host.FindLink(name)!;
    }
}
