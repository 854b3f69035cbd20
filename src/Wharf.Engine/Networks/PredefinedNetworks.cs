using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Wharf.Engine.Networks.Addresses;
using Wharf.Engine.Networks.Drivers;
using Wharf.Linux.Netlink;

namespace Wharf.Engine.Networks;

/// <summary>
/// bridge, host and none: made at the first start, with ids that stay. The options of the default bridge are this start's, not the first's.
/// </summary>
internal sealed class PredefinedNetworks(NetworkParts parts)
{
    internal void Ensure()
    {
        EnsureEmpty(Network.Host, "host");
        EnsureEmpty(Network.None, "null");
        EnsureBridge();
    }

    private void EnsureEmpty(string name, string driver)
    {
        if (parts.Networks.TryFind(name) is null)
        {
            parts.Networks.Add(new Network { Id = Network.NewId(), Name = name, Driver = driver, Created = parts.Clock.GetUtcNow() });
        }
    }

    private void EnsureBridge()
    {
        Network? stored = parts.Networks.TryFind(Network.Bridge);
        if (parts.Options.Bridge == Network.None)
        {
            if (stored is not null)
            {
                parts.Networks.Forget(stored);
            }

            return;
        }

        string name = parts.Options.Bridge ?? (parts.Options.InstanceName + "0");
        InterfaceName.Check(name);
        Subnet subnet = ChooseSubnet(name, stored);
        parts.Networks.Replace(new Network
        {
            Id = stored?.Id ?? Network.NewId(),
            Name = Network.Bridge,
            Driver = Network.Bridge,
            Created = stored?.Created ?? parts.Clock.GetUtcNow(),
            Subnets = [subnet],
            Options = new Dictionary<string, string>
            {
                [BridgeOptions.IsDefault] = "true",
                [BridgeOptions.BetweenContainers] = "true",
                [BridgeOptions.Masquerade] = "true",
                [BridgeOptions.HostBinding] = parts.Options.DefaultPublishAddress.ToString(),
                [BridgeOptions.Name] = name,
                [BridgeOptions.Mtu] = (parts.Options.Mtu ?? 1500).ToString(CultureInfo.InvariantCulture),
            },
        });
    }

    /// <summary>--bip; else what an existing bridge has; else what it had last time; else the first free pool.</summary>
    private Subnet ChooseSubnet(string bridge, Network? stored)
    {
        if (parts.Options.BridgeAddress is { Length: > 0 } asked)
        {
            if (!IPv4.TryParse(asked, out IPNetwork range, out IPAddress address) || range.PrefixLength > 30)
            {
                throw WharfException.Invalid($"invalid CIDR address for --bip: {asked}");
            }

            return IPv4.Number(address) > IPv4.First(range) && IPv4.Number(address) < IPv4.Last(range)
                ? Make(range, address)
                : throw WharfException.Invalid($"invalid address for --bip: {asked} is the network or its broadcast address, where the bridge's own is wanted");
        }

        if (parts.Host.FindLink(bridge) is { } link
            && parts.Host.ListAddresses().FirstOrDefault(has => has.Index == link.Index && has.Address.AddressFamily == AddressFamily.InterNetwork) is { } own)
        {
            return Make(IPv4.Containing(own.Address, own.PrefixLength), own.Address);
        }

        if (stored is { Subnets: [Subnet last, ..] } && !TakenRanges.OfHost(parts).Any(route => IPv4.Overlap(route, last.Range)))
        {
            return last;
        }

        IPNetwork free = parts.Pools.Choose([.. TakenRanges.OfHost(parts), .. TakenRanges.OfNetworks(parts, except: stored)]);
        return Make(free, IPv4.Address(IPv4.First(free) + 1));
    }

    private static Subnet Make(IPNetwork range, IPAddress gateway) => new(range, gateway, null, new Dictionary<string, IPAddress>(), ByUser: false);
}
