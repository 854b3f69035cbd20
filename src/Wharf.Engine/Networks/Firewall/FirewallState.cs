using System.Net;

namespace Wharf.Engine.Networks.Firewall;

/// <summary>A bridge network as the firewall sees it.</summary>
internal sealed record FirewallNetwork(string Id, string Bridge, IPNetwork Subnet, bool Internal, bool Masquerade, bool BetweenContainers)
{
    internal static FirewallNetwork Of(Network network) => new(
        network.Id,
        network.BridgeName,
        network.Subnets[0].Range,
        network.Internal,
        !network.Internal && BridgeOptions.Flag(network, BridgeOptions.Masquerade),
        BridgeOptions.Flag(network, BridgeOptions.BetweenContainers));
}

/// <summary>A published port and where it leads.</summary>
internal sealed record FirewallPort(PublishedPort Port, IPAddress Target);
