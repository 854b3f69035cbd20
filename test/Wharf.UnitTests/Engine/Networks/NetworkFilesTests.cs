using System.Net;
using Wharf.Engine;
using Wharf.Engine.Networks;
using Xunit;

namespace Wharf.UnitTests.Engine.Networks;

/// <summary>/etc/hosts and /etc/resolv.conf of containers.</summary>
public sealed class NetworkFilesTests
{
    [Fact]
    public void Hosts_has_loopback_then_added_hosts_then_the_container()
    {
        string text = HostsFile.Build(
            "web", "example.org", [IPAddress.Parse("172.17.0.2")], ["db:10.0.0.5", "v6=[fd00::1]", "host.docker.internal:host-gateway"], IPAddress.Parse("172.17.0.1"));
        Assert.Equal(
            """
            127.0.0.1	localhost
            ::1	localhost ip6-localhost ip6-loopback
            fe00::	ip6-localnet
            ff00::	ip6-mcastprefix
            ff02::1	ip6-allnodes
            ff02::2	ip6-allrouters
            10.0.0.5	db
            fd00::1	v6
            172.17.0.1	host.docker.internal
            172.17.0.2	web.example.org web

            """,
            text);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("name:")]
    [InlineData("name:not-an-address")]
    [InlineData(":10.0.0.1")]
    public void A_bad_added_host_is_refused(string text) => Assert.Throws<WharfException>(() => HostsFile.Parse(text));

    [Fact]
    public void Loopback_servers_are_left_out_and_public_ones_take_their_place()
    {
        ResolvConf host = ResolvConf.Parse("# comment\nnameserver 127.0.0.53\nnameserver ::1\nsearch a.example b.example\noptions edns0 trust-ad\n");
        Assert.Equal(
            "nameserver 8.8.8.8\nnameserver 8.8.4.4\nsearch a.example b.example\noptions edns0 trust-ad\n",
            host.ForContainer(new ResolvConf(), new ResolvConf()).ToString());
        Assert.Equal("nameserver 127.0.0.53\nnameserver ::1\nsearch a.example b.example\noptions edns0 trust-ad\n", host.ForHostNetwork(new(), new()).ToString());
    }

    [Fact]
    public void What_the_container_asks_for_comes_before_the_engines_before_the_hosts()
    {
        ResolvConf host = ResolvConf.Parse("nameserver 10.0.0.1\nsearch host.example\noptions ndots:1\n");
        var engine = new ResolvConf { Servers = ["10.0.0.2"], Options = ["ndots:2"] };
        var asked = new ResolvConf { Servers = ["10.0.0.3"], Search = ["."] };
        Assert.Equal("nameserver 10.0.0.3\noptions ndots:2\n", host.ForContainer(asked, engine).ToString());
        Assert.Equal("nameserver 10.0.0.2\nsearch host.example\noptions ndots:2\n", host.ForContainer(new(), engine).ToString());
    }
}
