using System.Buffers.Binary;
using System.Text;

namespace Wharf.Api.Builds;

/// <summary>Reads what a <see cref="CompactWriter"/> wrote, believing none of it.</summary>
internal ref struct CompactReader(ReadOnlySpan<byte> source)
{
    private ReadOnlySpan<byte> _rest = source;

    internal readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>All that has not been read.</summary>
    internal readonly ReadOnlySpan<byte> Rest => _rest;

    internal ulong Number()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Take(1)[0];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a number of a build session has too many bytes");
    }

    internal long Signed()
    {
        ulong value = Number();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    internal ulong Fixed() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    internal ReadOnlySpan<byte> Bytes() => Take(Number());

    internal string Text() => Encoding.UTF8.GetString(Bytes());

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
        {
            throw new InvalidDataException("a frame of a build session ends too early");
        }

        ReadOnlySpan<byte> taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }
}
