using System.Net;
using System.Text;
using Wharf.Engine.Networks.Ports;

namespace Wharf.Engine.Networks.Firewall;

/// <summary>
/// The text of our one nftables table. The chains never change; what comes and goes are elements of sets and maps, so a packet costs the same
/// with one container as with a thousand. docs/networking.md walks through it.
/// </summary>
internal static class FirewallRules
{
    /// <summary>Replaces the whole table in one transaction: connections already tracked go on undisturbed.</summary>
    internal static string Table(string table, IReadOnlyCollection<FirewallNetwork> networks, IReadOnlyCollection<FirewallPort> ports)
    {
        var text = new StringBuilder();
        text.AppendLine($$"""
            add table inet {{table}}
            delete table inet {{table}}
            table inet {{table}} {
                set bridges { type ifname; }
                set internal { type ifname; }
                set within { type ifname . ifname; }
                set homes { type ipv4_addr . ifname; flags interval; }
                set masqueraded { type ipv4_addr; flags interval; }
                map published { type inet_proto . inet_service : ipv4_addr . inet_service; }
                map published_on { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }

                chain guard {
                    type filter hook prerouting priority raw; policy accept;
                    iifname @bridges ip daddr 127.0.0.0/8 drop
                }

                chain from_outside {
                    type nat hook prerouting priority dstnat; policy accept;
                    ip daddr 127.0.0.0/8 return
                    fib daddr type local jump publish
                }

                chain from_host {
                    type nat hook output priority -100; policy accept;
                    fib daddr type local jump publish
                }

                chain publish {
                    dnat ip to ip daddr . meta l4proto . th dport map @published_on
                    dnat ip to meta l4proto . th dport map @published
                }

                chain leaving {
                    type nat hook postrouting priority srcnat; policy accept;
                    oifname @bridges ip saddr 127.0.0.0/8 masquerade
                    ip saddr . oifname @homes ct status dnat masquerade
                    ip saddr . oifname @homes return
                    ip saddr @masqueraded masquerade
                }

                chain forward {
                    type filter hook forward priority filter; policy accept;
                    iifname @bridges jump containers
                    oifname @bridges jump containers
                }

                chain containers {
                    ct state established,related accept
                    iifname . oifname @within accept
                    iifname @internal drop
                    oifname @internal drop
                    oifname @bridges ct status dnat accept
                    oifname @bridges drop
                    accept
                }
            }
            """);
        foreach (FirewallNetwork network in networks)
        {
            text.Append(Network("add", table, network));
        }

        if (ports.Count > 0)
        {
            text.Append(Ports("add", table, ports));
        }

        return text.ToString();
    }

    /// <param name="verb">add or delete.</param>
    internal static string Network(string verb, string table, FirewallNetwork network)
    {
        var text = new StringBuilder();
        text.AppendLine($$"""{{verb}} element inet {{table}} bridges { "{{network.Bridge}}" }""");
        text.AppendLine($$"""{{verb}} element inet {{table}} homes { {{network.Subnet}} . "{{network.Bridge}}" }""");
        if (network.Internal)
        {
            text.AppendLine($$"""{{verb}} element inet {{table}} internal { "{{network.Bridge}}" }""");
        }

        if (network.BetweenContainers)
        {
            text.AppendLine($$"""{{verb}} element inet {{table}} within { "{{network.Bridge}}" . "{{network.Bridge}}" }""");
        }

        if (network.Masquerade)
        {
            text.AppendLine($$"""{{verb}} element inet {{table}} masqueraded { {{network.Subnet}} }""");
        }

        return text.ToString();
    }

    /// <param name="verb">add or delete.</param>
    internal static string Ports(string verb, string table, IReadOnlyCollection<FirewallPort> ports)
    {
        var text = new StringBuilder();
        Elements(text, verb, table, "published", ports.Where(port => IsEverywhere(port.Port)).Select(Element));
        Elements(text, verb, table, "published_on", ports.Where(port => !IsEverywhere(port.Port)).Select(port => $"{port.Port.HostAddress} . {Element(port)}"));
        return text.ToString();
    }

    private static void Elements(StringBuilder text, string verb, string table, string map, IEnumerable<string> elements)
    {
        string list = string.Join(", ", elements);
        if (list.Length > 0)
        {
            text.AppendLine($"{verb} element inet {table} {map} {{ {list} }}");
        }
    }

    private static bool IsEverywhere(PublishedPort port) => port.HostAddress.Equals(IPAddress.Any);

    private static string Element(FirewallPort port) =>
        $"{PortTable.Name(port.Port.Protocol)} . {port.Port.HostPort} : {port.Target} . {port.Port.ContainerPort}";
}
