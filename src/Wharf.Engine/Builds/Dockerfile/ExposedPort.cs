using System.Globalization;
using System.Net;

namespace Wharf.Engine.Builds.Dockerfile;

/// <summary>
/// Ports as EXPOSE takes them: <c>80</c>, <c>53/udp</c>, <c>8000-8010/tcp</c>. Docker also accepts an address and a host port, and ignores them.
/// </summary>
internal static class ExposedPort
{
    /// <returns>Each port with its protocol, <c>80/tcp</c>.</returns>
    /// <exception cref="DockerfileException"/>
    internal static IEnumerable<string> Parse(Word word)
    {
        string[] parts = word.Text.Split(':');
        string[] portAndProtocol = parts[^1].Split('/', 2);
        string ports = portAndProtocol[0];
        string protocol = portAndProtocol is [_, { Length: > 0 } given] ? given.ToLowerInvariant() : "tcp";
        if (ports.Length == 0)
        {
            throw word.Source.Error($"invalid port: {GoText.Quote(word.Text)}: no port specified");
        }

        if (protocol is not ("tcp" or "udp" or "sctp"))
        {
            throw word.Source.Error($"invalid port: {GoText.Quote(word.Text)}: invalid proto: {portAndProtocol[1]}");
        }

        string address = string.Join(':', parts.SkipLast(2));
        if (address.Length > 0 && !IPAddress.TryParse(address.Trim('[', ']'), out _))
        {
            throw word.Source.Error($"invalid IP address: {address}");
        }

        (int first, int last) = Range(ports) ?? throw word.Source.Error($"invalid containerPort: {ports}");
        if (parts.Length > 1 && parts[^2].Length > 0)
        {
            (int firstHost, int lastHost) = Range(parts[^2]) ?? throw word.Source.Error($"invalid hostPort: {parts[^2]}");
            if (last != first && last - first != lastHost - firstHost)
            {
                throw word.Source.Error($"invalid ranges specified for container and host Ports: {ports} and {parts[^2]}");
            }
        }

        return Enumerable.Range(first, last - first + 1).Select(port => $"{port}/{protocol}");
    }

    private static (int First, int Last)? Range(string text)
    {
        string[] ends = text.Split('-', 2);
        return Number(ends[0]) is { } first && Number(ends[^1]) is { } last && first <= last ? (first, last) : null;
    }

    private static int? Number(string text) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) ? port : null;
}
