using Wharf.Api.Networks;
using Wharf.Engine.Networks;
using Network = Wharf.Api.Networks.Network;

namespace Wharf.Daemon.Mapping;

internal static class NetworkMapping
{
    private const string LocalScope = "local";

    internal static Network ToWire(Engine.Networks.Network network) => new()
    {
        Name = network.Name,
        Id = network.Id,
        Created = GoTime.Nano(network.Created),
        Scope = LocalScope,
        Driver = network.Driver,
        IPAM = new Ipam
        {
            Options = network.IpamOptions.Count > 0 ? network.IpamOptions : null,
            Config = [.. network.Subnets.Select(ToWire)],
        },
        Internal = network.Internal,
        Attachable = network.Attachable,
        Options = network.Options,
        Labels = network.Labels,
    };

    internal static Network ToWire(NetworkUse use)
    {
        Network wire = ToWire(use.Network);
        wire.Containers = use.Members.ToDictionary(member => member.ContainerId, ToWire);
        return wire;
    }

    internal static NetworkRequest ToEngine(NetworkCreateRequest wire) => new()
    {
        Name = wire.Name ?? "",
        Driver = wire.Driver,
        EnableIPv6 = wire.EnableIPv6 ?? false,
        Internal = wire.Internal,
        Attachable = wire.Attachable,
        IpamDriver = wire.IPAM?.Driver,
        IpamOptions = wire.IPAM?.Options ?? new Dictionary<string, string>(),
        Subnets = [.. (wire.IPAM?.Config ?? []).Select(config => new SubnetRequest
        {
            Range = config.Subnet,
            AddressRange = config.IPRange,
            Gateway = config.Gateway,
            Reserved = config.AuxiliaryAddresses ?? new Dictionary<string, string>(),
        })],
        Options = wire.Options ?? new Dictionary<string, string>(),
        Labels = wire.Labels ?? new Dictionary<string, string>(),
    };

    private static IpamConfig ToWire(Subnet subnet) => new()
    {
        Subnet = subnet.Range.ToString(),
        IPRange = subnet.AddressRange?.ToString(),
        Gateway = subnet.Gateway.ToString(),
        AuxiliaryAddresses = subnet.Reserved.Count > 0 ? subnet.Reserved.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()) : null,
    };

    private static EndpointResource ToWire(NetworkMember member) => new()
    {
        Name = member.ContainerName,
        EndpointID = member.Endpoint.Id,
        MacAddress = member.Endpoint.MacAddress ?? "",
        IPv4Address = member.Endpoint.IPv4 is { } address ? $"{address}/{member.Endpoint.IPv4PrefixLength}" : "",
        IPv6Address = member.Endpoint.IPv6 is { } address6 ? $"{address6}/{member.Endpoint.IPv6PrefixLength}" : "",
    };
}
