using System.Runtime.InteropServices;

namespace Wharf.Linux.Netlink;

/// <summary>One message of a datagram.</summary>
internal readonly ref struct NetlinkMessage(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    internal MessageType Type => (MessageType)MemoryMarshal.Read<ushort>(_bytes[4..]);

    internal MessageFlags Flags => (MessageFlags)MemoryMarshal.Read<ushort>(_bytes[6..]);

    internal int Sequence => MemoryMarshal.Read<int>(_bytes[8..]);

    internal ReadOnlySpan<byte> Body => _bytes[NetlinkBatch.HeaderSize..];
}

/// <summary>The messages of one datagram, for foreach. A length that does not fit ends it.</summary>
internal ref struct MessageReader(ReadOnlySpan<byte> datagram)
{
    private ReadOnlySpan<byte> _rest = datagram;
    private ReadOnlySpan<byte> _current;

    public readonly NetlinkMessage Current => new(_current);

    public readonly MessageReader GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_rest.Length < NetlinkBatch.HeaderSize)
        {
            return false;
        }

        int length = MemoryMarshal.Read<int>(_rest);
        if (length < NetlinkBatch.HeaderSize || length > _rest.Length)
        {
            return false;
        }

        _current = _rest[..length];
        _rest = _rest[Math.Min((length + 3) & -4, _rest.Length)..];
        return true;
    }
}
