using System.Buffers.Binary;

namespace Wharf.Engine.Images.Unpack;

/// <summary>One 512-byte header: ustar's fields, which older and GNU tar share as far as they are read here (tar(5)).</summary>
internal readonly ref struct TarHeader(ReadOnlySpan<byte> block)
{
    internal const int Size = 512;
    private const int ChecksumOffset = 148;
    private const int ChecksumLength = 8;

    private readonly ReadOnlySpan<byte> _block = block;

    internal byte Type => _block[156];
    internal ReadOnlySpan<byte> Name => Text(0, 100);
    internal ReadOnlySpan<byte> LinkName => Text(157, 100);

    /// <summary>Directory part of the name, in ustar only: GNU tar has other things there.</summary>
    internal ReadOnlySpan<byte> Prefix => _block.Slice(257, 8).SequenceEqual("ustar\000"u8) ? Text(345, 155) : [];

    internal long Mode => Number(100, 8);
    internal long Uid => Number(108, 8);
    internal long Gid => Number(116, 8);
    internal long FileSize => Number(124, 12);
    internal long Modified => Number(136, 12);
    internal long DeviceMajor => Number(329, 8);
    internal long DeviceMinor => Number(337, 8);

    /// <summary>Sum of all bytes with the checksum itself as blanks; old tars summed signed bytes.</summary>
    internal bool IsChecksumRight
    {
        get
        {
            long unsigned = 0;
            long signed = 0;
            for (int i = 0; i < Size; i++)
            {
                byte value = i is >= ChecksumOffset and < ChecksumOffset + ChecksumLength ? (byte)' ' : _block[i];
                unsigned += value;
                signed += (sbyte)value;
            }

            return TryParseNumber(_block.Slice(ChecksumOffset, ChecksumLength), out long stored) && (stored == unsigned || stored == signed);
        }
    }

    private ReadOnlySpan<byte> Text(int offset, int length)
    {
        ReadOnlySpan<byte> field = _block.Slice(offset, length);
        int end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }

    private long Number(int offset, int length) =>
        TryParseNumber(_block.Slice(offset, length), out long value) ? value : throw TarReader.Malformed($"a number at byte {offset} of a header is not one");

    /// <summary>Octal digits, or GNU's base 256 when the highest bit is set: a big-endian number in two's complement.</summary>
    internal static bool TryParseNumber(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        if ((field[0] & 0x80) != 0)
        {
            return TryBase256(field, out value);
        }

        ReadOnlySpan<byte> digits = field.Trim(" \0"u8);
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                return false;
            }

            value = (value << 3) | (long)(digit - '0');
        }

        return true;
    }

    private static bool TryBase256(ReadOnlySpan<byte> field, out long value)
    {
        Span<byte> wide = stackalloc byte[12];
        bool isNegative = (field[0] & 0x40) != 0;
        wide.Fill(isNegative ? (byte)0xff : (byte)0);
        field.CopyTo(wide[(12 - field.Length)..]);
        wide[12 - field.Length] = (byte)(isNegative ? wide[12 - field.Length] | 0x80 : wide[12 - field.Length] & 0x7f);
        value = BinaryPrimitives.ReadInt64BigEndian(wide[4..]);
        uint high = BinaryPrimitives.ReadUInt32BigEndian(wide);
        return high == (value < 0 ? uint.MaxValue : 0);
    }
}
