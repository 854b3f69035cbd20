using System.Net;
using Wharf.Engine.Networks;
using Wharf.Engine.Networks.Firewall;
using Xunit;

namespace Wharf.UnitTests.Engine.Networks;

public sealed class FirewallTests
{
    [Fact]
    public void Ports_become_elements_of_two_maps()
    {
        FirewallPort[] ports =
        [
            new(new PublishedPort(PortProtocol.Tcp, 80, IPAddress.Any, 8080), IPAddress.Parse("172.17.0.2")),
            new(new PublishedPort(PortProtocol.Udp, 53, IPAddress.Any, 5353), IPAddress.Parse("172.17.0.2")),
            new(new PublishedPort(PortProtocol.Sctp, 9, IPAddress.Loopback, 9), IPAddress.Parse("172.17.0.3")),
        ];
        Assert.Equal(
            """
            add element inet w published { tcp . 8080 : 172.17.0.2 . 80, udp . 5353 : 172.17.0.2 . 53 }
            add element inet w published_on { 127.0.0.1 . sctp . 9 : 172.17.0.3 . 9 }

            """,
            FirewallRules.Ports("add", "w", ports));
    }

    [Fact]
    public void An_internal_network_is_not_masqueraded()
    {
        var network = new FirewallNetwork("id", "br-1", IPNetwork.Parse("10.1.0.0/24"), Internal: true, Masquerade: false, BetweenContainers: false);
        Assert.Equal(
            """
            delete element inet w bridges { "br-1" }
            delete element inet w homes { 10.1.0.0/24 . "br-1" }
            delete element inet w internal { "br-1" }

            """,
            FirewallRules.Network("delete", "w", network));
    }

    [Fact]
    public void Only_foreign_chains_that_drop_forwarding_are_told_of()
    {
        const string Listing = """
            table inet wharf {
            	chain forward {
            		type filter hook forward priority filter; policy drop;
            	}
            }
            table ip filter {
            	chain INPUT {
            		type filter hook input priority filter; policy drop;
            	}
            	chain FORWARD {
            		type filter hook forward priority filter; policy drop;
            	}
            }
            table bridge filter {
            	chain FORWARD {
            		type filter hook forward priority filter; policy drop;
            	}
            }
            """;
        Assert.Equal(["ip filter FORWARD"], ForeignFirewalls.DroppingChains(Listing, "wharf"));
    }
}
