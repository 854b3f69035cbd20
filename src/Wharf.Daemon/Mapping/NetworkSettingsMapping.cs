using System.Globalization;
using Wharf.Api.Containers;
using Wharf.Api.Networks;
using Wharf.Engine.Containers;
using Wharf.Engine.Networks;
using Endpoint = Wharf.Engine.Networks.Endpoint;
using EndpointSettings = Wharf.Api.Networks.EndpointSettings;
using PortBinding = Wharf.Api.Containers.PortBinding;

namespace Wharf.Daemon.Mapping;

/// <summary>A container's networks and ports, as <c>inspect</c> and <c>ps</c> show them.</summary>
internal static class NetworkSettingsMapping
{
    private const string DefaultNetwork = "bridge";

    /// <summary>The mode as shown: what was not said is the default network.</summary>
    internal static string ModeOf(Engine.Containers.HostConfig config) => config.NetworkMode is "" or "default" ? DefaultNetwork : config.NetworkMode;

    internal static NetworkSettings ToWire(ContainerSnapshot container) => new()
    {
        SandboxID = container.Sandbox is null ? "" : container.Id,
        SandboxKey = container.Sandbox?.NamespacePath ?? "",
        Ports = Ports(container),
        Networks = Networks(container),
    };

    /// <summary>By name. A container that does not run shows what it will join, without addresses.</summary>
    internal static Dictionary<string, EndpointSettings> Networks(ContainerSnapshot container)
    {
        var networks = new Dictionary<string, EndpointSettings>();
        foreach ((string name, Engine.Containers.EndpointSettings asked) in container.Endpoints)
        {
            networks[name] = Asked(asked);
        }

        string mode = ModeOf(container.HostConfig);
        if (networks.Count == 0 && !mode.StartsWith("container:", StringComparison.Ordinal))
        {
            networks[mode] = new EndpointSettings();
        }

        foreach (Endpoint endpoint in container.Sandbox?.Endpoints ?? [])
        {
            if (!networks.TryGetValue(endpoint.NetworkName, out EndpointSettings? shown))
            {
                networks[endpoint.NetworkName] = shown = new EndpointSettings();
            }

            Fill(shown, endpoint);
        }

        return networks;
    }

    /// <summary>Published ports, and with null those that are only exposed.</summary>
    internal static Dictionary<string, IReadOnlyList<PortBinding>?> Ports(ContainerSnapshot container)
    {
        var ports = new Dictionary<string, IReadOnlyList<PortBinding>?>();
        if (container.Sandbox is null)
        {
            return ports;
        }

        foreach (string exposed in container.Config.ExposedPorts)
        {
            ports[exposed] = null;
        }

        foreach (IGrouping<string, PublishedPort> published in container.Sandbox.Ports.GroupBy(Key))
        {
            ports[published.Key] = [.. published.Select(port => new PortBinding
            {
                HostIp = port.HostAddress.ToString(),
                HostPort = port.HostPort.ToString(CultureInfo.InvariantCulture),
            })];
        }

        return ports;
    }

    internal static List<PortSummary> Summarize(ContainerSnapshot container)
    {
        List<PortSummary> ports = [];
        if (container.Sandbox is null)
        {
            return ports;
        }

        var published = container.Sandbox.Ports.Select(Key).ToHashSet();
        foreach (string exposed in container.Config.ExposedPorts.Where(port => !published.Contains(port)))
        {
            int slash = exposed.IndexOf('/', StringComparison.Ordinal);
            if (ushort.TryParse(slash < 0 ? exposed : exposed.AsSpan(0, slash), out ushort number))
            {
                ports.Add(new PortSummary { PrivatePort = number, Type = slash < 0 ? "tcp" : exposed[(slash + 1)..] });
            }
        }

        ports.AddRange(container.Sandbox.Ports.Select(port => new PortSummary
        {
            IP = port.HostAddress.ToString(),
            PrivatePort = port.ContainerPort,
            PublicPort = port.HostPort,
            Type = Name(port.Protocol),
        }));
        return ports;
    }

    private static EndpointSettings Asked(Engine.Containers.EndpointSettings asked) => new()
    {
        IPAMConfig = asked.IPv4Address is null && asked.IPv6Address is null
            ? null
            : new EndpointIpamConfig { IPv4Address = asked.IPv4Address, IPv6Address = asked.IPv6Address },
        Links = asked.Links.Count > 0 ? asked.Links : null,
        Aliases = asked.Aliases.Count > 0 ? asked.Aliases : null,
        DriverOpts = asked.DriverOptions.Count > 0 ? asked.DriverOptions : null,
        MacAddress = asked.MacAddress ?? "",
    };

    private static void Fill(EndpointSettings shown, Endpoint endpoint)
    {
        shown.NetworkID = endpoint.NetworkId;
        shown.EndpointID = endpoint.Id;
        shown.MacAddress = endpoint.MacAddress ?? "";
        shown.Gateway = endpoint.IPv4Gateway?.ToString() ?? "";
        shown.IPAddress = endpoint.IPv4?.ToString() ?? "";
        shown.IPPrefixLen = endpoint.IPv4 is null ? 0 : endpoint.IPv4PrefixLength;
        shown.IPv6Gateway = endpoint.IPv6Gateway?.ToString() ?? "";
        shown.GlobalIPv6Address = endpoint.IPv6?.ToString() ?? "";
        shown.GlobalIPv6PrefixLen = endpoint.IPv6 is null ? 0 : endpoint.IPv6PrefixLength;
        shown.DNSNames = endpoint.Aliases.Count > 0 ? endpoint.Aliases : null;
    }

    private static string Key(PublishedPort port) => $"{port.ContainerPort}/{Name(port.Protocol)}";

    private static string Name(PortProtocol protocol) => protocol switch
    {
        PortProtocol.Tcp => "tcp",
        PortProtocol.Udp => "udp",
        _ => "sctp",
    };
}
