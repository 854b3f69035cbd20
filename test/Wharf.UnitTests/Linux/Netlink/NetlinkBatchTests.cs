using System.Net;
using System.Net.NetworkInformation;
using Wharf.Linux.Netlink;
using Xunit;

namespace Wharf.UnitTests.Linux.Netlink;

/// <summary>The bytes that go to the kernel, as `strace -e raw=sendmsg` of iproute2 shows them for the same requests.</summary>
public sealed class NetlinkBatchTests
{
    [Fact]
    public void A_bridge_is_one_request()
    {
        var batch = new NetlinkBatch();
        batch.AddBridge("wharf0", new PhysicalAddress([2, 0x42, 10, 201, 0, 1]), 1500);
        Assert.Equal(
            "5C000000" + "1000" + "0506" + "01000000" + "00000000" // 92 bytes, RTM_NEWLINK, REQUEST|ACK|EXCL|CREATE, sequence 1
            + "00000000" + "00000000" + "01000000" + "01000000" // ifinfomsg: IFF_UP, and only it changes
            + "0B000300" + "7768617266300000" // IFLA_IFNAME
            + "08000400" + "DC050000" // IFLA_MTU
            + "0A000100" + "02420AC900010000" // IFLA_ADDRESS
            + "1C001200" + "0B000100" + "6272696467650000" // IFLA_LINKINFO: kind
            + "0C000200" + "08000100" + "00000000", // data: forward delay
            Convert.ToHexString(batch.Bytes));
    }

    [Fact]
    public void An_address_carries_its_broadcast()
    {
        var batch = new NetlinkBatch();
        batch.AddAddress(7, IPAddress.Parse("10.201.0.2"), 24);
        Assert.Equal(
            "3000000014000505" + "0100000000000000" + "0218000007000000" + "080001000AC90002" + "080002000AC90002" + "080004000AC900FF",
            Convert.ToHexString(batch.Bytes));
    }

    [Fact]
    public void Requests_stand_one_behind_another_and_are_numbered()
    {
        var batch = new NetlinkBatch();
        batch.SetUp(1);
        batch.AddDefaultRoute(IPAddress.Parse("10.201.0.1"), 2);
        batch.NumberFrom(41);
        Assert.Equal(2, batch.Count);
        List<int> sequences = [];
        foreach (NetlinkMessage message in new MessageReader(batch.Bytes))
        {
            sequences.Add(message.Sequence);
        }

        Assert.Equal([41, 42], sequences);
        Assert.Equal("set up link", batch.Requests[0].Operation);
        Assert.Equal("10.201.0.1", batch.Requests[1].Target);
    }

    [Fact]
    public void A_batch_grows_with_its_requests()
    {
        var batch = new NetlinkBatch();
        for (int i = 1; i <= 500; i++)
        {
            batch.SetUp(i);
        }

        int read = 0;
        foreach (NetlinkMessage message in new MessageReader(batch.Bytes))
        {
            Assert.Equal(++read, Links.Parse(message.Body)!.Index);
        }

        Assert.Equal(500, read);
    }

    [Fact]
    public void Links_addresses_and_routes_are_read_back()
    {
        var batch = new NetlinkBatch();
        batch.AddBridge("wharf0", new PhysicalAddress([2, 0x42, 10, 201, 0, 1]), 1400);
        batch.AddAddress(3, IPAddress.Parse("fd00::5"), 64);
        batch.AddDefaultRoute(IPAddress.Parse("10.0.0.1"), 9);
        var messages = new MessageReader(batch.Bytes);
        Assert.True(messages.MoveNext());
        Assert.Equal(
            new Link(0, "wharf0", "bridge", 0, 1400, true, new PhysicalAddress([2, 0x42, 10, 201, 0, 1])), Links.Parse(messages.Current.Body));
        Assert.True(messages.MoveNext());
        Assert.Equal(new InterfaceAddress(3, IPAddress.Parse("fd00::5"), 64), Addresses.Parse(messages.Current.Body));
        Assert.True(messages.MoveNext());
        Assert.Equal(new Route(IPNetwork.Parse("0.0.0.0/0"), IPAddress.Parse("10.0.0.1"), 9), Routes.Parse(messages.Current.Body));
        Assert.False(messages.MoveNext());
    }

    [Fact]
    public void Broken_answers_end_the_reading_and_do_no_harm()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        var batch = new NetlinkBatch();
        batch.AddBridge("wharf0", new PhysicalAddress([2, 0, 0, 0, 0, 1]), 1500);
        batch.AddAddress(1, IPAddress.Loopback, 8);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = batch.Bytes.ToArray();
            for (int change = 0; change < 4; change++)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                foreach (NetlinkMessage message in new MessageReader(bytes.AsSpan(0, random.Next(bytes.Length))))
                {
                    _ = Links.Parse(message.Body);
                    _ = Addresses.Parse(message.Body);
                }
            }
            catch (Exception failure)
            {
                Assert.Fail($"seed {seed}, round {round}: {failure}");
            }
        }
    }
}
