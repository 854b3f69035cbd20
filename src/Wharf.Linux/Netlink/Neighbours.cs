using System.Net.NetworkInformation;

namespace Wharf.Linux.Netlink;

/// <summary>Neighbours and the forwarding database of bridges: RTM_*NEIGH of rtnetlink(7).</summary>
public static class Neighbours
{
    private const ushort LinkLayerAddress = 2;
    private const byte BridgeFamily = 7;
    private const byte OfMaster = 4;

    /// <summary>NUD_NOARP, a static entry: the only kind that a port may be given before its other end is up.</summary>
    private const ushort Static = 0x40;

    /// <summary>
    /// Tells the bridge at which port an address lives, before its owner has sent anything. A reused address would otherwise still be looked
    /// for at the port of its former owner, which the kernel takes away at leisure.
    /// </summary>
    /// <param name="port">Index of the port.</param>
    public static void TeachBridge(this NetlinkBatch batch, int port, PhysicalAddress address)
    {
        batch.Begin(
            MessageType.NewNeighbour,
            MessageFlags.Create | MessageFlags.Replace | MessageFlags.Acknowledge,
            "add bridge forwarding entry",
            address.ToString());
        batch.Fixed(new NeighbourHeader { Family = BridgeFamily, Index = port, State = Static, Flags = OfMaster });
        batch.Attribute(LinkLayerAddress, address.GetAddressBytes());
        batch.End();
    }
}
