using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Wharf.Engine.Events;
using Wharf.Engine.Networks.Addresses;
using Wharf.Engine.Networks.Drivers;
using Wharf.Engine.Networks.Ports;
using Wharf.Engine.Networks.Sandboxes;
using Wharf.Linux.Netlink;

namespace Wharf.Engine.Networks;

/// <summary>What the network verbs share.</summary>
internal sealed record NetworkParts
{
    public required EngineOptions Options { get; init; }
    public required EventBus Events { get; init; }
    public required TimeProvider Clock { get; init; }
    public required ILogger Logger { get; init; }

    /// <summary>In the host's network namespace, whichever thread uses it.</summary>
    public required NetlinkSocket Host { get; init; }

    public required NetworkTable Networks { get; init; }
    public required AddressPools Pools { get; init; }
    public required SandboxFiles Files { get; init; }
    public required Firewall.Firewall Firewall { get; init; }
    public required IReadOnlyDictionary<string, INetworkDriver> Drivers { get; init; }
    public PortTable Ports { get; } = new();
    public ConcurrentDictionary<string, SandboxRecord> Sandboxes { get; } = [];

    /// <summary>How the interfaces of this engine on the host begin: any other with it is a leftover.</summary>
    internal string InterfacePrefix => "wh" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Options.InstanceName)))[..5];

    internal INetworkDriver DriverOf(Network network) => Drivers[network.Driver];

    internal void Publish(string action, Network network, string? containerId = null)
    {
        var attributes = new Dictionary<string, string> { ["name"] = network.Name, ["type"] = network.Driver };
        if (containerId is not null)
        {
            attributes["container"] = containerId;
        }

        Events.Publish("network", action, network.Id, attributes);
    }
}
