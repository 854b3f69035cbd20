using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace Wharf.Linux.Netlink;

/// <summary>Walks the attributes of one message. Lengths that do not fit end the walk: the bytes come from the kernel, but are not trusted.</summary>
internal ref struct AttributeReader(ReadOnlySpan<byte> attributes)
{
    private const ushort TypeMask = 0x3fff;
    private ReadOnlySpan<byte> _rest = attributes;

    internal ushort Type { get; private set; }

    internal ReadOnlySpan<byte> Value { get; private set; }

    internal readonly int Int32 => Value.Length >= 4 ? MemoryMarshal.Read<int>(Value) : 0;

    internal readonly string Text
    {
        get
        {
            int end = Value.IndexOf((byte)0);
            return Encoding.UTF8.GetString(end < 0 ? Value : Value[..end]);
        }
    }

    internal readonly IPAddress? Address => Value.Length is 4 or 16 ? new IPAddress(Value) : null;

    internal bool Read()
    {
        if (_rest.Length < 4)
        {
            return false;
        }

        int length = MemoryMarshal.Read<ushort>(_rest);
        if (length < 4 || length > _rest.Length)
        {
            return false;
        }

        Type = (ushort)(MemoryMarshal.Read<ushort>(_rest[2..]) & TypeMask);
        Value = _rest[4..length];
        _rest = _rest[Math.Min((length + 3) & -4, _rest.Length)..];
        return true;
    }
}
