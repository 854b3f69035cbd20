using System.Net;
using Wharf.Api.Networks;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Networks;

/// <summary>Puts each <c>--gateway</c>, <c>--ip-range</c> and <c>--aux-address</c> to the <c>--subnet</c> that holds it.</summary>
internal static class SubnetPlan
{
    internal static List<IpamConfig> Build(
        IReadOnlyList<string> subnets, IReadOnlyList<string> ranges, IReadOnlyList<string> gateways, IReadOnlyDictionary<string, string> reserved)
    {
        if (subnets.Count < ranges.Count || subnets.Count < gateways.Count)
        {
            throw new CommandFailure("every ip-range or gateway must have a corresponding subnet");
        }

        List<(IPNetwork Network, IpamConfig Config)> plan = [];
        foreach (string subnet in subnets)
        {
            if (!IPNetwork.TryParse(MaskHost(subnet), out IPNetwork network))
            {
                throw new CommandFailure($"invalid CIDR address: {subnet}");
            }

            if (plan.Any(other => other.Network.Contains(network.BaseAddress) || network.Contains(other.Network.BaseAddress)))
            {
                throw new CommandFailure("multiple overlapping subnet configuration is not supported");
            }

            plan.Add((network, new IpamConfig { Subnet = subnet }));
        }

        foreach (string range in ranges)
        {
            Holding(plan, range.Split('/')[0], "ip-range", range).IPRange = range;
        }

        foreach (string gateway in gateways)
        {
            Holding(plan, gateway, "gateway", gateway).Gateway = gateway;
        }

        foreach ((string name, string address) in reserved)
        {
            IpamConfig config = Holding(plan, address, "aux-address", address);
            config.AuxiliaryAddresses = new Dictionary<string, string>(config.AuxiliaryAddresses ?? new Dictionary<string, string>()) { [name] = address };
        }

        return [.. plan.Select(entry => entry.Config)];
    }

    private static IpamConfig Holding(List<(IPNetwork Network, IpamConfig Config)> plan, string address, string what, string text)
    {
        if (IPAddress.TryParse(address, out IPAddress? parsed))
        {
            foreach ((IPNetwork network, IpamConfig config) in plan)
            {
                if (network.Contains(parsed))
                {
                    return config;
                }
            }
        }

        throw new CommandFailure($"no matching subnet for {what} {text}");
    }

    /// <summary>10.1.2.3/24 names the network 10.1.2.0/24, as Go reads it; .NET wants the host bits clear.</summary>
    private static string MaskHost(string subnet)
    {
        string[] parts = subnet.Split('/');
        if (parts.Length != 2 || !IPAddress.TryParse(parts[0], out IPAddress? address) || !int.TryParse(parts[1], out int prefix))
        {
            return subnet;
        }

        byte[] bytes = address.GetAddressBytes();
        for (int bit = prefix; bit >= 0 && bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return $"{new IPAddress(bytes)}/{prefix}";
    }
}
