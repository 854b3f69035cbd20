using System.Net.NetworkInformation;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wharf.Linux.Netlink;

/// <summary>A network interface.</summary>
/// <param name="Master">Index of the bridge it is a port of; 0 for none.</param>
/// <param name="Kind">bridge, veth, …; empty for hardware and loopback.</param>
public sealed record Link(int Index, string Name, string Kind, int Master, int Mtu, bool IsUp, PhysicalAddress Address);

/// <summary>A veth pair: one end here, a port of a bridge; the other, under its final name, in another network namespace.</summary>
/// <param name="Master">Index of the bridge.</param>
/// <param name="PeerIndex">Index that the other end gets, so that the next request can name it unseen.</param>
/// <param name="PeerNamespace">Where the other end is born.</param>
public sealed record VethPair(
    string Name, int Master, string PeerName, int PeerIndex, PhysicalAddress PeerAddress, SafeFileHandle PeerNamespace, int Mtu);

/// <summary>Interfaces: RTM_*LINK of rtnetlink(7).</summary>
public static class Links
{
    private const uint Up = 1;
    private const ushort HardwareAddress = 1;
    private const ushort InterfaceName = 3;
    private const ushort MtuAttribute = 4;
    private const ushort MasterAttribute = 10;
    private const ushort LinkInfo = 18;
    private const ushort NamespaceDescriptor = 28;
    private const ushort InfoKind = 1;
    private const ushort InfoData = 2;
    private const ushort VethPeer = 1;
    private const ushort ParentLink = 5;
    private const ushort BridgeForwardDelay = 1;
    private const ushort MacvlanMode = 1;
    private const int MacvlanBridgeMode = 4;
    private const byte BridgeFamily = 7;
    private const ushort PortSettings = 12;
    private const ushort HairpinMode = 4;
    private const ushort Nested = 0x8000;
    private const MessageFlags Create = MessageFlags.Create | MessageFlags.Exclusive | MessageFlags.Acknowledge;

    /// <summary>
    /// Makes both ends in one request: named, addressed, in their namespaces, the near one up and on its bridge. Renaming or moving later
    /// would each cost a wait for all CPUs to leave the old state (synchronize_net).
    /// </summary>
    public static void AddVeth(this NetlinkBatch batch, VethPair pair)
    {
        batch.Begin(MessageType.NewLink, Create, "add veth", pair.Name);
        batch.Fixed(new LinkHeader { Flags = Up, Change = Up });
        batch.Attribute(InterfaceName, pair.Name);
        batch.Attribute(MtuAttribute, pair.Mtu);
        batch.Attribute(MasterAttribute, pair.Master);
        int info = batch.BeginNested(LinkInfo);
        batch.Attribute(InfoKind, "veth");
        int data = batch.BeginNested(InfoData);
        int peer = batch.BeginNested(VethPeer);
        batch.Fixed(new LinkHeader { Index = pair.PeerIndex });
        batch.Attribute(InterfaceName, pair.PeerName);
        batch.Attribute(MtuAttribute, pair.Mtu);
        batch.Attribute(HardwareAddress, pair.PeerAddress.GetAddressBytes());
        batch.Attribute(NamespaceDescriptor, pair.PeerNamespace);
        batch.EndNested(peer);
        batch.EndNested(data);
        batch.EndNested(info);
        batch.End();
    }

    /// <summary>A bridge with an address of its own: without one it takes the lowest of its ports', which changes as containers come and go.</summary>
    public static void AddBridge(this NetlinkBatch batch, string name, PhysicalAddress address, int mtu)
    {
        batch.Begin(MessageType.NewLink, Create, "add bridge", name);
        batch.Fixed(new LinkHeader { Flags = Up, Change = Up });
        batch.Attribute(InterfaceName, name);
        batch.Attribute(MtuAttribute, mtu);
        batch.Attribute(HardwareAddress, address.GetAddressBytes());
        int info = batch.BeginNested(LinkInfo);
        batch.Attribute(InfoKind, "bridge");
        int data = batch.BeginNested(InfoData);
        batch.Attribute(BridgeForwardDelay, 0);
        batch.EndNested(data);
        batch.EndNested(info);
        batch.End();
    }

    /// <summary>A macvlan in bridge mode on <paramref name="parent"/>, born in another namespace.</summary>
    public static void AddMacvlan(this NetlinkBatch batch, string name, int parent, PhysicalAddress address, SafeFileHandle target)
    {
        batch.Begin(MessageType.NewLink, Create, "add macvlan", name);
        batch.Fixed(new LinkHeader());
        batch.Attribute(InterfaceName, name);
        batch.Attribute(ParentLink, parent);
        batch.Attribute(HardwareAddress, address.GetAddressBytes());
        batch.Attribute(NamespaceDescriptor, target);
        int info = batch.BeginNested(LinkInfo);
        batch.Attribute(InfoKind, "macvlan");
        int data = batch.BeginNested(InfoData);
        batch.Attribute(MacvlanMode, MacvlanBridgeMode);
        batch.EndNested(data);
        batch.EndNested(info);
        batch.End();
    }

    public static void SetUp(this NetlinkBatch batch, int index) => SetFlags(batch, index, Up, "set up link");

    public static void SetDown(this NetlinkBatch batch, int index) => SetFlags(batch, index, 0, "set down link");

    public static void SetMtu(this NetlinkBatch batch, int index, int mtu)
    {
        BeginSet(batch, new LinkHeader { Index = index }, "set mtu of link", index.ToString());
        batch.Attribute(MtuAttribute, mtu);
        batch.End();
    }

    /// <param name="master">Index of the bridge; 0 takes the link out of its bridge.</param>
    public static void SetMaster(this NetlinkBatch batch, int index, int master)
    {
        BeginSet(batch, new LinkHeader { Index = index }, "set bridge of link", index.ToString());
        batch.Attribute(MasterAttribute, master);
        batch.End();
    }

    public static void SetAddress(this NetlinkBatch batch, int index, PhysicalAddress address)
    {
        BeginSet(batch, new LinkHeader { Index = index }, "set address of link", index.ToString());
        batch.Attribute(HardwareAddress, address.GetAddressBytes());
        batch.End();
    }

    /// <summary>Lets the bridge send a frame back out of the port it came in by.</summary>
    /// <param name="port">Index of the port.</param>
    public static void SetHairpin(this NetlinkBatch batch, int port)
    {
        BeginSet(batch, new LinkHeader { Family = BridgeFamily, Index = port }, "set hairpin mode of link", port.ToString());
        int settings = batch.BeginNested(PortSettings | Nested);
        batch.Attribute(HairpinMode, (byte)1);
        batch.EndNested(settings);
        batch.End();
    }

    /// <summary>Moves a link into another network namespace, under a new name there.</summary>
    public static void MoveLink(this NetlinkBatch batch, int index, SafeFileHandle target, string name)
    {
        BeginSet(batch, new LinkHeader { Index = index }, "move link", name);
        batch.Attribute(InterfaceName, name);
        batch.Attribute(NamespaceDescriptor, target);
        batch.End();
    }

    public static void DeleteLink(this NetlinkBatch batch, string name)
    {
        batch.Begin(MessageType.DeleteLink, MessageFlags.Acknowledge, "delete link", name);
        batch.Fixed(new LinkHeader());
        batch.Attribute(InterfaceName, name);
        batch.End();
    }

    /// <summary>Deletes a link; one that is gone already is as good.</summary>
    public static void DeleteLinkIfThere(this NetlinkSocket socket, string name)
    {
        var batch = new NetlinkBatch();
        batch.DeleteLink(name);
        try
        {
            socket.Execute(batch);
        }
        catch (LinuxException gone) when (gone.Errno == Errno.ENODEV)
        {
            // It went with its other end.
        }
    }

    public static IReadOnlyList<Link> ListLinks(this NetlinkSocket socket)
    {
        var request = new NetlinkBatch();
        request.Begin(MessageType.GetLink, MessageFlags.Dump, "list links", "");
        request.Fixed(new LinkHeader());
        request.End();
        List<Link> links = [];
        socket.Dump(request, links.Clear, (type, body) =>
        {
            if (type == MessageType.NewLink && Parse(body) is { } link)
            {
                links.Add(link);
            }
        });
        return links;
    }

    /// <summary>The link of that name, or null.</summary>
    public static Link? FindLink(this NetlinkSocket socket, string name)
    {
        var request = new NetlinkBatch();
        request.Begin(MessageType.GetLink, MessageFlags.Acknowledge, "look up link", name);
        request.Fixed(new LinkHeader());
        request.Attribute(InterfaceName, name);
        request.End();
        Link? link = null;
        try
        {
            socket.Execute(request, (_, body) => link = Parse(body));
        }
        catch (LinuxException missing) when (missing.Errno == Errno.ENODEV)
        {
            return null;
        }

        return link;
    }

    internal static Link? Parse(ReadOnlySpan<byte> body)
    {
        if (body.Length < Unsafe.SizeOf<LinkHeader>())
        {
            return null;
        }

        LinkHeader header = MemoryMarshal.Read<LinkHeader>(body);
        var link = new Link(header.Index, "", "", 0, 0, (header.Flags & Up) != 0, PhysicalAddress.None);
        var attributes = new AttributeReader(body[Unsafe.SizeOf<LinkHeader>()..]);
        while (attributes.Read())
        {
            link = attributes.Type switch
            {
                InterfaceName => link with { Name = attributes.Text },
                MtuAttribute => link with { Mtu = attributes.Int32 },
                MasterAttribute => link with { Master = attributes.Int32 },
                HardwareAddress => link with { Address = new PhysicalAddress(attributes.Value.ToArray()) },
                LinkInfo => link with { Kind = KindOf(attributes.Value) },
                _ => link,
            };
        }

        return link;
    }

    private static void SetFlags(NetlinkBatch batch, int index, uint flags, string operation)
    {
        BeginSet(batch, new LinkHeader { Index = index, Flags = flags, Change = Up }, operation, index.ToString());
        batch.End();
    }

    private static void BeginSet(NetlinkBatch batch, LinkHeader header, string operation, string target)
    {
        batch.Begin(MessageType.SetLink, MessageFlags.Acknowledge, operation, target);
        batch.Fixed(header);
    }

    private static string KindOf(ReadOnlySpan<byte> info)
    {
        var attributes = new AttributeReader(info);
        while (attributes.Read())
        {
            if (attributes.Type == InfoKind)
            {
                return attributes.Text;
            }
        }

        return "";
    }
}
