using System.Net;
using System.Net.Sockets;
using Wharf.Linux.Netlink;

namespace Wharf.Engine.Networks.Addresses;

/// <summary>Ranges that a new network must keep away from.</summary>
internal static class TakenRanges
{
    /// <summary>What the host has routes to. The default route covers everything and so says nothing.</summary>
    internal static IEnumerable<IPNetwork> OfHost(NetworkParts parts) => parts.Host.ListRoutes()
        .Where(route => route.Destination.BaseAddress.AddressFamily == AddressFamily.InterNetwork && route.Destination.PrefixLength > 0)
        .Select(route => route.Destination);

    internal static IEnumerable<IPNetwork> OfNetworks(NetworkParts parts, Network? except = null) => parts.Networks.All()
        .Where(network => network.Id != except?.Id)
        .SelectMany(network => network.Subnets)
        .Select(subnet => subnet.Range);
}
