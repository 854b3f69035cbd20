using System.Globalization;
using System.Net;
using Wharf.Engine.Networks;

namespace Wharf.Engine.Containers.Validation;

/// <summary>Docker's port texts: <c>80/tcp</c>, <c>53/udp</c>, host ports <c>8080</c> and <c>8000-8010</c>.</summary>
internal static class PortSpec
{
    /// <summary><c>80</c> is tcp.</summary>
    internal static (ushort Port, PortProtocol Protocol) ParseExposed(string text)
    {
        string[] parts = text.Split('/');
        if (parts.Length > 2 || !TryPort(parts[0], out ushort port) || port == 0)
        {
            throw WharfException.Invalid($"invalid port specification: \"{text}\"");
        }

        PortProtocol protocol = (parts.Length == 1 ? "tcp" : parts[1].ToLowerInvariant()) switch
        {
            "tcp" or "" => PortProtocol.Tcp,
            "udp" => PortProtocol.Udp,
            "sctp" => PortProtocol.Sctp,
            var other => throw WharfException.Invalid($"invalid proto: {other}"),
        };
        return (port, protocol);
    }

    /// <summary>All published ports of a request: the named ones and, with <c>-P</c>, every exposed one that is not among them.</summary>
    internal static IReadOnlyList<PortRequest> Requests(ContainerConfig config, HostConfig host)
    {
        List<PortRequest> requests = [];
        foreach ((string exposed, IReadOnlyList<PortBinding> bindings) in host.PortBindings)
        {
            (ushort port, PortProtocol protocol) = ParseExposed(exposed);
            foreach (PortBinding binding in bindings.Count == 0 ? [new PortBinding("", "")] : bindings)
            {
                (ushort first, ushort last) = ParseHostPorts(binding.HostPort);
                requests.Add(new PortRequest(protocol, port, ParseAddress(binding.HostIp), first, last));
            }
        }

        if (host.PublishAllPorts)
        {
            foreach ((ushort port, PortProtocol protocol) in config.ExposedPorts.SelectMany(Expand))
            {
                if (!requests.Any(request => request.ContainerPort == port && request.Protocol == protocol))
                {
                    requests.Add(new PortRequest(protocol, port, null, 0, 0));
                }
            }
        }

        return requests;
    }

    /// <summary>EXPOSE allows ranges: <c>8000-8010/tcp</c>.</summary>
    internal static IEnumerable<(ushort Port, PortProtocol Protocol)> Expand(string exposed)
    {
        int dash = exposed.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0)
        {
            return [ParseExposed(exposed)];
        }

        (ushort last, PortProtocol protocol) = ParseExposed(exposed[(dash + 1)..]);
        return TryPort(exposed[..dash], out ushort first) && first > 0 && first <= last
            ? Enumerable.Range(first, last - first + 1).Select(port => ((ushort)port, protocol))
            : throw WharfException.Invalid($"invalid port specification: \"{exposed}\"");
    }

    private static (ushort First, ushort Last) ParseHostPorts(string text)
    {
        if (text.Length == 0)
        {
            return (0, 0);
        }

        string[] ends = text.Split('-');
        return ends.Length <= 2 && TryPort(ends[0], out ushort first) && TryPort(ends[^1], out ushort last) && first <= last
            ? (first, last)
            : throw WharfException.Invalid($"invalid port specification: \"{text}\"");
    }

    private static IPAddress? ParseAddress(string text) =>
        text.Length == 0 ? null
        : IPAddress.TryParse(text.Trim('[', ']'), out IPAddress? address) ? address
        : throw WharfException.Invalid($"invalid IP address: {text}");

    private static bool TryPort(string text, out ushort port) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port);
}
