using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Wharf.Engine.Networks.Addresses;

/// <summary>IPv4 addresses as numbers, for counting and comparing.</summary>
internal static class IPv4
{
    internal static uint Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        return address.TryWriteBytes(bytes, out int length) && length == 4
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : throw new ArgumentException($"{address} is not an IPv4 address", nameof(address));
    }

    internal static IPAddress Address(uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }

    internal static uint First(IPNetwork network) => Number(network.BaseAddress);

    internal static uint Last(IPNetwork network) => First(network) | (uint)((1UL << (32 - network.PrefixLength)) - 1);

    internal static bool Overlap(IPNetwork left, IPNetwork right) =>
        left.BaseAddress.AddressFamily == AddressFamily.InterNetwork
        && right.BaseAddress.AddressFamily == AddressFamily.InterNetwork
        && First(left) <= Last(right)
        && First(right) <= Last(left);

    /// <summary>The network that <c>172.17.0.1/16</c> lies in, whatever its host part.</summary>
    internal static bool TryParse(string text, out IPNetwork network, out IPAddress address)
    {
        network = default;
        address = IPAddress.None;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0
            || !IPAddress.TryParse(text.AsSpan(0, slash), out IPAddress? parsed)
            || parsed.AddressFamily != AddressFamily.InterNetwork
            || !int.TryParse(text.AsSpan(slash + 1), out int prefix)
            || prefix is < 0 or > 32)
        {
            return false;
        }

        address = parsed;
        network = Containing(parsed, prefix);
        return true;
    }

    internal static IPNetwork Containing(IPAddress address, int prefixLength) =>
        new(Address(prefixLength == 0 ? 0 : Number(address) & (uint.MaxValue << (32 - prefixLength))), prefixLength);

    /// <summary>Docker's MAC address of an IPv4 address: 02:42 and the four bytes. Unique where the address is, and the same after a restart.</summary>
    internal static PhysicalAddress MacOf(IPAddress address)
    {
        byte[] mac = [0x02, 0x42, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(mac.AsSpan(2), Number(address));
        return new PhysicalAddress(mac);
    }
}
