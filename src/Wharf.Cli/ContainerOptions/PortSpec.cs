using System.Globalization;
using System.Net;
using Wharf.Api.Containers;

namespace Wharf.Cli.ContainerOptions;

/// <summary><c>-p [[ip:]hostPort:]containerPort[/proto]</c>, where each port may be a range, and <c>--expose</c>.</summary>
internal static class PortSpec
{
    /// <summary>One pair for each container port of the specification.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    internal static List<(string Port, PortBinding Binding)> Parse(string text)
    {
        (string address, string hostPorts, string containerPorts) = Split(text);
        (string range, string protocol) = SplitProtocol(containerPorts);
        if (range.Length == 0)
        {
            throw new FormatException($"no port specified: {text}<empty>");
        }

        (int first, int last) = ParseRange(range) ?? throw new FormatException($"invalid containerPort: {range}");
        (int First, int Last)? host = hostPorts.Length == 0 ? null : ParseRange(hostPorts) ?? throw new FormatException($"invalid hostPort: {hostPorts}");
        CheckProtocol(protocol);
        if (host is { } given && given.Last - given.First != last - first && first != last)
        {
            throw new FormatException($"invalid ranges specified for container and host Ports: {range} and {hostPorts}");
        }

        List<(string, PortBinding)> bindings = [];
        for (int i = 0; i <= last - first; i++)
        {
            // One container port with a range of the host: the daemon takes the first free one of the range.
            string hostPort = host is not { } ports ? ""
                : first == last && ports.First != ports.Last ? $"{ports.First}-{ports.Last}"
                : (ports.First + i).ToString(CultureInfo.InvariantCulture);
            bindings.Add(($"{first + i}/{protocol}", new PortBinding { HostIp = address, HostPort = hostPort }));
        }

        return bindings;
    }

    /// <summary>The ports of <c>--expose 80-82/tcp</c>.</summary>
    internal static IEnumerable<string> ParseExposed(string text)
    {
        if (text.Contains(':', StringComparison.Ordinal))
        {
            throw new FormatException($"invalid port format for --expose: {text}");
        }

        (string range, string protocol) = SplitProtocol(text);
        CheckProtocol(protocol);
        (int first, int last) = ParseRange(range) ?? throw new FormatException($"invalid range format for --expose: {text}");
        return Enumerable.Range(first, last - first + 1).Select(port => $"{port}/{protocol}");
    }

    private static (string Address, string HostPorts, string ContainerPorts) Split(string text)
    {
        int last = text.LastIndexOf(':');
        if (last < 0)
        {
            return ("", "", text);
        }

        string container = text[(last + 1)..];
        string before = text[..last];
        int middle = before.LastIndexOf(':');
        if (middle < 0)
        {
            return ("", before, container);
        }

        string address = before[..middle].TrimStart('[').TrimEnd(']');
        return address.Length == 0 || IPAddress.TryParse(address, out _)
            ? (address, before[(middle + 1)..], container)
            : throw new FormatException($"invalid IP address: {address}");
    }

    private static (string Range, string Protocol) SplitProtocol(string text)
    {
        string[] parts = text.Split('/', 2);
        return (parts[0], parts.Length > 1 && parts[1].Length > 0 ? parts[1].ToLowerInvariant() : "tcp");
    }

    private static void CheckProtocol(string protocol)
    {
        if (protocol is not ("tcp" or "udp" or "sctp"))
        {
            throw new FormatException($"invalid proto: {protocol}");
        }
    }

    private static (int First, int Last)? ParseRange(string text)
    {
        string[] parts = text.Split('-', 2);
        return ushort.TryParse(parts[0], NumberStyles.None, null, out ushort first)
            && ushort.TryParse(parts[^1], NumberStyles.None, null, out ushort last)
            && last >= first
                ? (first, last)
                : null;
    }
}
