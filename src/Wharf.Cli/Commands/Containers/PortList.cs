using Wharf.Api.Containers;

namespace Wharf.Cli.Commands.Containers;

/// <summary>The ports of a container in a table: <c>0.0.0.0:80-82->80-82/tcp, 9000/tcp</c>; neighbours are drawn together.</summary>
internal static class PortList
{
    internal static string Format(IReadOnlyList<PortSummary> ports)
    {
        List<string> texts = [];
        List<string> mapped = [];
        List<Group> open = [];
        foreach (PortSummary port in ports.OrderBy(port => port.PrivatePort).ThenBy(port => port.IP, StringComparer.Ordinal)
            .ThenBy(port => port.PublicPort).ThenBy(port => port.Type, StringComparer.Ordinal))
        {
            string address = port.IP ?? "";
            if (address.Length > 0 && port.PublicPort != port.PrivatePort)
            {
                mapped.Add($"{Host(address)}:{port.PublicPort}->{port.PrivatePort}/{port.Type}");
                continue;
            }

            int known = open.FindIndex(group => group.Address == address && group.Type == port.Type);
            if (known < 0)
            {
                open.Add(new Group(address, port.Type, port.PrivatePort, port.PrivatePort));
            }
            else if (open[known].Last + 1 == port.PrivatePort)
            {
                open[known] = open[known] with { Last = port.PrivatePort };
            }
            else
            {
                texts.Add(open[known].ToString());
                open[known] = open[known] with { First = port.PrivatePort, Last = port.PrivatePort };
            }
        }

        return string.Join(", ", [.. texts, .. open.Select(group => group.ToString()), .. mapped]);
    }

    private static string Host(string address) => address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;

    private sealed record Group(string Address, string Type, int First, int Last)
    {
        public override string ToString()
        {
            string range = First == Last ? $"{First}" : $"{First}-{Last}";
            return Address.Length > 0 ? $"{Host(Address)}:{range}->{range}/{Type}" : $"{range}/{Type}";
        }
    }
}
