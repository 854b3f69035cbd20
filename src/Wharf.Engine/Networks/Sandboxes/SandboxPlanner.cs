using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Wharf.Engine.Networks.Addresses;

namespace Wharf.Engine.Networks.Sandboxes;

/// <summary>Decides everything about a sandbox before the kernel is touched: networks, addresses, names of interfaces.</summary>
internal sealed class SandboxPlanner(NetworkParts parts)
{
    /// <summary>Docker's rules for what may be asked of which network. One that is not there may be made before the container starts.</summary>
    internal void Validate(SandboxRequest request)
    {
        foreach (EndpointRequest endpoint in request.Endpoints)
        {
            if (endpoint.MacAddress is { Length: > 0 } mac)
            {
                MacAddress.Parse(mac);
            }

            CheckIPv6(endpoint);
            if (parts.Networks.TryFind(endpoint.Network) is { } network)
            {
                CheckAddress(network, endpoint);
            }
        }

        foreach (IPAddress address in request.Ports.Select(port => port.HostAddress ?? parts.Options.DefaultPublishAddress))
        {
            if (address.AddressFamily != AddressFamily.InterNetwork)
            {
                throw new WharfException(
                    ErrorKind.NotImplemented, $"cannot publish a port on {address}: this version of wharf publishes on IPv4 addresses only");
            }
        }

        if (request.Endpoints.Count > 1 && request.Endpoints.Any(endpoint => parts.Networks.TryFind(endpoint.Network) is { Name: Network.Host or Network.None }))
        {
            throw WharfException.Conflict("container cannot be connected to multiple networks with one of the networks in host or none mode");
        }
    }

    /// <summary>Joins one network on paper: takes the address.</summary>
    internal Endpoint Join(EndpointRequest request, int index)
    {
        (Network network, IPAddress? address) = parts.Networks.Join(request.Network, request.IPv4);
        string id = Network.NewId();
        if (address is null)
        {
            return new Endpoint { Id = id, NetworkId = network.Id, NetworkName = network.Name, InterfaceName = "", Aliases = request.Aliases };
        }

        PhysicalAddress mac = request.MacAddress is { Length: > 0 } given ? MacAddress.Parse(given) : IPv4.MacOf(address);
        return new Endpoint
        {
            Id = id,
            NetworkId = network.Id,
            NetworkName = network.Name,
            InterfaceName = $"eth{index}",
            HostInterfaceName = parts.InterfacePrefix + id[..8],
            MacAddress = MacAddress.Format(mac),
            IPv4 = address,
            IPv4PrefixLength = network.Subnets[0].Range.PrefixLength,
            IPv4Gateway = network.Internal ? null : network.Subnets[0].Gateway,
            Aliases = request.Aliases,
        };
    }

    private static void CheckAddress(Network network, EndpointRequest endpoint)
    {
        if (endpoint.IPv4 is null)
        {
            return;
        }

        if (network.IsPredefined)
        {
            throw WharfException.Invalid("user specified IP address is supported on user defined networks only");
        }

        if (network.Subnets.Count == 0 || !network.Subnets[0].ByUser)
        {
            throw WharfException.Invalid("user specified IP address is supported only when connecting to networks with user configured subnets");
        }

        new SubnetAddresses(network.Subnets[0]).Check(endpoint.IPv4);
    }

    private static void CheckIPv6(EndpointRequest endpoint)
    {
        if (endpoint.IPv6 is not null)
        {
            throw new WharfException(ErrorKind.NotImplemented, $"IPv6 address {endpoint.IPv6}: IPv6 networks are not supported by this version of wharf");
        }
    }
}
