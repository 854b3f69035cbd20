using System.Net;
using System.Text;

namespace Wharf.Engine.Networks;

/// <summary>The text of a container's <c>/etc/hosts</c>.</summary>
public static class HostsFile
{
    /// <summary>What <c>--add-host name:host-gateway</c> stands for.</summary>
    public const string HostGateway = "host-gateway";

    private const string Loopback = """
        127.0.0.1	localhost
        ::1	localhost ip6-localhost ip6-loopback
        fe00::	ip6-localnet
        ff00::	ip6-mcastprefix
        ff02::1	ip6-allnodes
        ff02::2	ip6-allrouters

        """;

    /// <summary>Loopback, the added hosts, and the container's own name for each of its addresses, in Docker's order.</summary>
    /// <param name="extraHosts"><c>name:address</c> or <c>name=address</c>.</param>
    /// <param name="hostGateway">The host's address, for <c>host-gateway</c>.</param>
    /// <exception cref="WharfException">InvalidArgument: an added host without an address.</exception>
    public static string Build(string hostname, string domainname, IEnumerable<IPAddress> addresses, IReadOnlyList<string> extraHosts, IPAddress? hostGateway)
    {
        var text = new StringBuilder(Loopback);
        AppendExtra(text, extraHosts, hostGateway);
        string names = domainname.Length > 0 ? $"{hostname}.{domainname} {hostname}" : hostname;
        foreach (IPAddress address in addresses)
        {
            text.Append(address).Append('\t').Append(names).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>On the host's network the host's own file counts, and the added hosts.</summary>
    public static string BuildForHostNetwork(string hostFile, IReadOnlyList<string> extraHosts, IPAddress? hostGateway)
    {
        var text = new StringBuilder(hostFile);
        if (text.Length > 0 && text[^1] != '\n')
        {
            text.Append('\n');
        }

        AppendExtra(text, extraHosts, hostGateway);
        return text.ToString();
    }

    /// <summary>Splits <c>name:address</c>; the address may be IPv6, in brackets or not.</summary>
    /// <exception cref="WharfException">InvalidArgument, in Docker's words.</exception>
    public static (string Name, string Address) Parse(string extraHost)
    {
        int split = extraHost.AsSpan().IndexOfAny(':', '=');
        string address = split > 0 ? extraHost[(split + 1)..].Trim('[', ']') : "";
        return address == HostGateway || IPAddress.TryParse(address, out _)
            ? (extraHost[..split], address)
            : throw WharfException.Invalid(
                split > 0 ? $"invalid IP address in add-host: \"{address}\"" : $"bad format for add-host: \"{extraHost}\"");
    }

    private static void AppendExtra(StringBuilder text, IReadOnlyList<string> extraHosts, IPAddress? hostGateway)
    {
        foreach (string extra in extraHosts)
        {
            (string name, string address) = Parse(extra);
            if (address == HostGateway)
            {
                address = hostGateway?.ToString()
                    ?? throw WharfException.Invalid("unable to derive the IP value for host-gateway: there is no default bridge");
            }

            text.Append(address).Append('\t').Append(name).Append('\n');
        }
    }
}
