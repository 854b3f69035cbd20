using System.Net;
using Wharf.Engine;
using Wharf.Engine.Networks;
using Wharf.Engine.Networks.Addresses;
using Xunit;

namespace Wharf.UnitTests.Engine.Networks;

public sealed class AddressTests
{
    private static readonly Dictionary<string, IPAddress> None = [];

    [Fact]
    public void Pools_are_dockers_unless_told_otherwise()
    {
        var pools = new AddressPools([]);
        List<IPNetwork> taken = [];
        for (int i = 0; i < 15 + 16; i++)
        {
            taken.Add(pools.Choose(taken));
        }

        Assert.Equal(IPNetwork.Parse("172.17.0.0/16"), taken[0]);
        Assert.Equal(IPNetwork.Parse("172.31.0.0/16"), taken[14]);
        Assert.Equal(IPNetwork.Parse("192.168.0.0/20"), taken[15]);
        Assert.Equal(IPNetwork.Parse("192.168.240.0/20"), taken[30]);
        Assert.Equal("all predefined address pools have been fully subnetted", Assert.Throws<WharfException>(() => pools.Choose(taken)).Message);
    }

    [Fact]
    public void Ranges_of_the_host_are_left_alone()
    {
        var pools = new AddressPools([new AddressPoolOption("10.0.0.0/8", 24)]);
        Assert.Equal(
            IPNetwork.Parse("10.0.2.0/24"), pools.Choose([IPNetwork.Parse("10.0.0.0/24"), IPNetwork.Parse("10.0.1.128/25"), IPNetwork.Parse("fd00::/8")]));
        Assert.Throws<WharfException>(() => new AddressPools([new AddressPoolOption("10.0.0.0/8", 4)]));
        Assert.Throws<WharfException>(() => new AddressPools([new AddressPoolOption("pool", 24)]));
    }

    [Fact]
    public void The_lowest_free_address_is_next()
    {
        var addresses = new SubnetAddresses(new Subnet(
            IPNetwork.Parse("10.1.0.0/29"), IPAddress.Parse("10.1.0.1"), null, new Dictionary<string, IPAddress> { ["printer"] = IPAddress.Parse("10.1.0.3") }, true));
        Assert.Equal("10.1.0.2", addresses.Take().ToString());
        Assert.Equal("10.1.0.4", addresses.Take().ToString());
        addresses.Release(IPAddress.Parse("10.1.0.2"));
        Assert.Equal("10.1.0.2", addresses.Take().ToString());
        Assert.Equal("10.1.0.6", addresses.Take(IPAddress.Parse("10.1.0.6")).ToString());
        Assert.Equal("Address already in use", Assert.Throws<WharfException>(() => addresses.Take(IPAddress.Parse("10.1.0.6"))).Message);
        Assert.Equal("10.1.0.5", addresses.Take().ToString());
        Assert.Throws<WharfException>(() => addresses.Take());
        Assert.Throws<WharfException>(() => addresses.Take(IPAddress.Parse("10.2.0.1")));
        addresses.Release(IPAddress.Parse("10.1.0.1"));
        addresses.Release(IPAddress.Parse("10.1.0.3"));
        Assert.Throws<WharfException>(() => addresses.Take());
    }

    [Fact]
    public void A_range_inside_the_subnet_bounds_what_is_given_but_not_what_may_be_asked_for()
    {
        var addresses = new SubnetAddresses(new Subnet(
            IPNetwork.Parse("10.1.0.0/24"), IPAddress.Parse("10.1.0.1"), IPNetwork.Parse("10.1.0.128/31"), None, true));
        Assert.Equal("10.1.0.128", addresses.Take().ToString());
        Assert.Equal("10.1.0.129", addresses.Take().ToString());
        Assert.Throws<WharfException>(() => addresses.Take());
        Assert.Equal("10.1.0.7", addresses.Take(IPAddress.Parse("10.1.0.7")).ToString());
    }

    [Fact]
    public void A_mac_address_comes_of_the_address()
    {
        Assert.Equal("02:42:ac:11:00:02", MacAddress.Format(IPv4.MacOf(IPAddress.Parse("172.17.0.2"))));
        Assert.Equal("92:d0:c6:0a:29:33", MacAddress.Format(MacAddress.Parse("92:D0:C6:0a:29:33")));
        Assert.Throws<WharfException>(() => MacAddress.Parse("92:d0:c6:0a:29"));
        Assert.Throws<WharfException>(() => MacAddress.Parse("92:d0:c6:0a:29:+3"));
    }

    [Fact]
    public void Overlap_is_symmetric_and_what_counting_says()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < 2000; round++)
        {
            IPNetwork left = Any(random), right = Any(random);
            bool counted = Enumerable.Range(0, 256).Any(last =>
                left.Contains(new IPAddress([10, 0, 0, (byte)last])) && right.Contains(new IPAddress([10, 0, 0, (byte)last])));
            Assert.True(counted == IPv4.Overlap(left, right) && counted == IPv4.Overlap(right, left), $"seed {seed}: {left} {right}");
        }
    }

    private static IPNetwork Any(Random random) => IPv4.Containing(new IPAddress([10, 0, 0, (byte)random.Next(256)]), random.Next(24, 33));
}
