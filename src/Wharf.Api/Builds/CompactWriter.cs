using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Wharf.Api.Builds;

/// <summary>Numbers of seven bits a byte (LEB128), texts and bytes with their length in front.</summary>
internal readonly struct CompactWriter(ArrayBufferWriter<byte> buffer)
{
    internal void Number(ulong value)
    {
        Span<byte> target = buffer.GetSpan(10);
        int length = 0;
        while (value >= 0x80)
        {
            target[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[length++] = (byte)value;
        buffer.Advance(length);
    }

    /// <summary>With the sign in the lowest bit.</summary>
    internal void Signed(long value) => Number((ulong)((value << 1) ^ (value >> 63)));

    internal void Fixed(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(buffer.GetSpan(8), value);
        buffer.Advance(8);
    }

    internal void Bytes(ReadOnlySpan<byte> value)
    {
        Number((ulong)value.Length);
        buffer.Write(value);
    }

    internal void Text(string value) => Bytes(Encoding.UTF8.GetBytes(value));
}
