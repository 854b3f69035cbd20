using System.Net;
using Wharf.Engine.Networks.Addresses;
using Wharf.Engine.Networks.Drivers;
using Wharf.Engine.Networks.Firewall;
using Wharf.Linux;
using Wharf.Linux.Netlink;

namespace Wharf.Engine.Networks;

/// <summary><c>network create</c>: the row first, so that what a crash leaves on the host is known; undone if the host refuses.</summary>
internal sealed class CreateNetwork(NetworkParts parts)
{
    private const string DefaultIpamDriver = "default";

    internal Network Run(NetworkRequest request)
    {
        Network network = Plan(request);
        parts.Networks.Add(network);
        try
        {
            parts.DriverOf(network).Ensure(network);
            parts.Firewall.AddNetwork(FirewallNetwork.Of(network));
        }
        catch (Exception failure)
        {
            parts.Firewall.RemoveNetwork(network.Id);
            parts.DriverOf(network).Remove(network);
            parts.Networks.Forget(network);
            throw failure is LinuxException kernel ? new WharfException(ErrorKind.Internal, $"cannot create network {network.Name}: {kernel.Message}", kernel) : failure;
        }

        parts.Publish("create", network);
        return network;
    }

    private Network Plan(NetworkRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.Name))
        {
            throw WharfException.Invalid("invalid network name: name is empty");
        }

        if (request.Name is Network.Bridge or Network.Host or Network.None)
        {
            throw new WharfException(ErrorKind.Forbidden, $"operation is not permitted on predefined {request.Name} network");
        }

        string driver = string.IsNullOrEmpty(request.Driver) ? Network.Bridge : request.Driver;
        if (driver is "host" or "null")
        {
            throw new WharfException(ErrorKind.Forbidden, $"only one instance of \"{driver}\" network is allowed");
        }

        if (!parts.Drivers.ContainsKey(driver))
        {
            throw WharfException.NotFound($"could not find plugin {driver} in v1 plugin registry: plugin not found");
        }

        if (request.IpamDriver is not (null or "" or DefaultIpamDriver))
        {
            throw WharfException.NotFound($"could not find plugin {request.IpamDriver} in v1 plugin registry: plugin not found");
        }

        if (request.EnableIPv6)
        {
            throw new WharfException(ErrorKind.NotImplemented, "IPv6 networks are not supported by this version of wharf");
        }

        CheckBridge(request);
        return new Network
        {
            Id = Network.NewId(),
            Name = request.Name,
            Driver = driver,
            Created = parts.Clock.GetUtcNow(),
            Internal = request.Internal,
            Attachable = request.Attachable,
            Subnets = [PlanSubnet(request.Subnets)],
            IpamOptions = request.IpamOptions,
            Options = request.Options,
            Labels = request.Labels,
        };
    }

    /// <summary>A bridge that is there already is somebody else's, and would go with the network.</summary>
    private void CheckBridge(NetworkRequest request)
    {
        if (request.Options.TryGetValue(BridgeOptions.Name, out string? bridge))
        {
            InterfaceName.Check(bridge);
            if (parts.Host.FindLink(bridge) is not null)
            {
                throw new WharfException(ErrorKind.Forbidden, $"cannot create network {request.Name} on bridge {bridge}: an interface of that name exists");
            }
        }
    }

    private Subnet PlanSubnet(IReadOnlyList<SubnetRequest> requests)
    {
        if (requests.Count > 1)
        {
            throw WharfException.Invalid("bridge driver doesn't support multiple subnets");
        }

        if (requests.Count == 0 || string.IsNullOrEmpty(requests[0].Range))
        {
            IPNetwork free = parts.Pools.Choose([.. TakenRanges.OfHost(parts), .. TakenRanges.OfNetworks(parts)]);
            return new Subnet(free, IPv4.Address(IPv4.First(free) + 1), null, new Dictionary<string, IPAddress>(), ByUser: false);
        }

        SubnetRequest request = requests[0];
        if (!IPv4.TryParse(request.Range!, out IPNetwork range, out IPAddress written) || range.PrefixLength > 30)
        {
            throw WharfException.Invalid($"invalid network config:\ninvalid subnet {request.Range}: not an IPv4 range that has room for containers");
        }

        if (!written.Equals(range.BaseAddress))
        {
            throw WharfException.Invalid($"invalid network config:\ninvalid subnet {request.Range}: it should be {range}");
        }

        if (TakenRanges.OfNetworks(parts).Any(other => IPv4.Overlap(other, range)))
        {
            throw new WharfException(ErrorKind.Forbidden, "invalid pool request: Pool overlaps with other one on this address space");
        }

        return new Subnet(range, GatewayOf(request, range), RangeOf(request, range), ReservedOf(request, range), ByUser: true);
    }

    private static IPAddress GatewayOf(SubnetRequest request, IPNetwork range) =>
        string.IsNullOrEmpty(request.Gateway) ? IPv4.Address(IPv4.First(range) + 1) : AddressIn(range, request.Gateway, "gateway");

    private static IPNetwork? RangeOf(SubnetRequest request, IPNetwork range)
    {
        if (string.IsNullOrEmpty(request.AddressRange))
        {
            return null;
        }

        return IPv4.TryParse(request.AddressRange, out IPNetwork part, out _) && IPv4.First(part) >= IPv4.First(range) && IPv4.Last(part) <= IPv4.Last(range)
            ? part
            : throw WharfException.Invalid($"invalid network config:\ninvalid ip-range {request.AddressRange}: parent subnet {range} doesn't contain ip-range");
    }

    private static Dictionary<string, IPAddress> ReservedOf(SubnetRequest request, IPNetwork range) =>
        request.Reserved.ToDictionary(pair => pair.Key, pair => AddressIn(range, pair.Value, "auxiliary address"));

    private static IPAddress AddressIn(IPNetwork range, string text, string what) =>
        IPAddress.TryParse(text, out IPAddress? address) && range.Contains(address)
            ? address
            : throw WharfException.Invalid($"invalid network config:\ninvalid {what} {text}: parent subnet {range} doesn't contain this address");
}
