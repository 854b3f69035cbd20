using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Netlink;

/// <summary>An address on an interface.</summary>
public sealed record InterfaceAddress(int Index, IPAddress Address, int PrefixLength);

/// <summary>Addresses of interfaces: RTM_*ADDR of rtnetlink(7).</summary>
public static class Addresses
{
    private const ushort AddressAttribute = 1;
    private const ushort LocalAttribute = 2;
    private const ushort BroadcastAttribute = 4;
    private const ushort FlagsAttribute = 8;

    /// <summary>IFA_F_NODAD: the engine hands out each address once, so nobody need wait for duplicate address detection.</summary>
    private const int NoDuplicateDetection = 2;

    /// <summary>Adds an address (or leaves it as it is) with, for IPv4, the subnet's broadcast address.</summary>
    public static void AddAddress(this NetlinkBatch batch, int index, IPAddress address, int prefixLength)
    {
        bool v4 = address.AddressFamily == AddressFamily.InterNetwork;
        batch.Begin(
            MessageType.NewAddress,
            MessageFlags.Create | MessageFlags.Replace | MessageFlags.Acknowledge,
            "add address",
            $"{address}/{prefixLength}");
        batch.Fixed(new AddressHeader { Family = Families.Of(address), PrefixLength = (byte)prefixLength, Index = index });
        batch.Attribute(AddressAttribute, address);
        batch.Attribute(LocalAttribute, address);
        if (v4)
        {
            batch.Attribute(BroadcastAttribute, BroadcastOf(address, prefixLength));
        }
        else
        {
            batch.Attribute(FlagsAttribute, NoDuplicateDetection);
        }

        batch.End();
    }

    public static void DeleteAddress(this NetlinkBatch batch, InterfaceAddress address)
    {
        batch.Begin(MessageType.DeleteAddress, MessageFlags.Acknowledge, "delete address", $"{address.Address}/{address.PrefixLength}");
        batch.Fixed(new AddressHeader { Family = Families.Of(address.Address), PrefixLength = (byte)address.PrefixLength, Index = address.Index });
        batch.Attribute(LocalAttribute, address.Address);
        batch.End();
    }

    public static IReadOnlyList<InterfaceAddress> ListAddresses(this NetlinkSocket socket)
    {
        var request = new NetlinkBatch();
        request.Begin(MessageType.GetAddress, MessageFlags.Dump, "list addresses", "");
        request.Fixed(default(AddressHeader));
        request.End();
        List<InterfaceAddress> addresses = [];
        socket.Dump(request, addresses.Clear, (type, body) =>
        {
            if (type == MessageType.NewAddress && Parse(body) is { } address)
            {
                addresses.Add(address);
            }
        });
        return addresses;
    }

    internal static InterfaceAddress? Parse(ReadOnlySpan<byte> body)
    {
        if (body.Length < Unsafe.SizeOf<AddressHeader>())
        {
            return null;
        }

        AddressHeader header = MemoryMarshal.Read<AddressHeader>(body);
        IPAddress? found = null;
        var attributes = new AttributeReader(body[Unsafe.SizeOf<AddressHeader>()..]);
        while (attributes.Read())
        {
            // On a point-to-point link ADDRESS is the other end's; LOCAL, when there is one, is always ours.
            if (attributes.Type == LocalAttribute || (attributes.Type == AddressAttribute && found is null))
            {
                found = attributes.Address;
            }
        }

        return found is null ? null : new InterfaceAddress(header.Index, found, header.PrefixLength);
    }

    private static IPAddress BroadcastOf(IPAddress address, int prefixLength)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        uint value = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes) | (prefixLength == 0 ? uint.MaxValue : (uint)((1UL << (32 - prefixLength)) - 1));
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return new IPAddress(bytes);
    }
}

internal static class Families
{
    internal static byte Of(IPAddress address) => (byte)(address.AddressFamily == AddressFamily.InterNetwork ? LibC.AF_INET : LibC.AF_INET6);
}
