using System.Buffers.Text;

namespace Wharf.Engine.Images.Unpack;

/// <summary>Where the bytes of a file with holes belong.</summary>
internal sealed record SparseMap(long RealSize, IReadOnlyList<TarExtent> Extents)
{
    private const int NumberLength = 12;

    /// <summary>GNU tar's own format: four pieces in the header, 21 in each block that follows (tar(5), "GNU tar archives").</summary>
    internal static SparseMap ReadOld(ReadOnlySpan<byte> header, Func<byte[]> nextBlock, TarLimits limits)
    {
        List<TarExtent> extents = [];
        Take(header.Slice(386, 4 * 2 * NumberLength), extents);
        bool goesOn = header[482] != 0;
        long size = Octal(header.Slice(483, NumberLength));
        while (goesOn)
        {
            byte[] block = nextBlock();
            Take(block.AsSpan(0, 21 * 2 * NumberLength), extents);
            goesOn = block[504] != 0;
            RequireFew(extents.Count, limits);
        }

        return new SparseMap(size, extents);
    }

    internal static SparseMap Read(SparseRecords records, Func<byte[]> nextBlock, TarLimits limits)
    {
        long size = records.RealSize ?? throw TarReader.Malformed("a sparse file has no size");
        IReadOnlyList<TarExtent> extents = records.IsMapInContents ? ReadMap(nextBlock, limits) : records.Extents;
        RequireFew(extents.Count, limits);
        return new SparseMap(size, extents);
    }

    /// <summary>Pieces in order, inside the file, and together exactly the bytes that are there.</summary>
    internal void Check(long archived, long maximum, string name)
    {
        long position = 0;
        long bytes = 0;
        foreach (TarExtent extent in Extents)
        {
            if (extent.Offset < position || extent.Length < 0 || extent.Offset > RealSize || extent.Length > RealSize - extent.Offset)
            {
                throw TarReader.Malformed($"the map of the sparse file {name} is out of order or of range");
            }

            position = extent.Offset + extent.Length;
            bytes += extent.Length;
        }

        if (RealSize < 0 || RealSize > maximum || bytes != archived)
        {
            throw TarReader.Malformed($"the sparse file {name} of {RealSize} bytes has {archived} bytes where its map says {bytes}");
        }
    }

    /// <summary>Version 1.0: decimal numbers, one a line, the count of pieces first, padded to whole blocks.</summary>
    private static IReadOnlyList<TarExtent> ReadMap(Func<byte[]> nextBlock, TarLimits limits)
    {
        List<long> numbers = [];
        byte[] rest = [];
        while (numbers.Count == 0 || numbers.Count < 1 + (2 * numbers[0]))
        {
            int end = Array.IndexOf(rest, (byte)'\n');
            if (end < 0)
            {
                rest = [.. rest, .. nextBlock()];
                continue;
            }

            if (!Utf8Parser.TryParse(rest.AsSpan(0, end), out long number, out int used) || used != end || number < 0)
            {
                throw TarReader.Malformed("the map of a sparse file is not made of numbers");
            }

            numbers.Add(number);
            RequireFew(numbers[0], limits);
            rest = rest[(end + 1)..];
        }

        return SparseRecords.Pair(numbers[1..]);
    }

    private static void Take(ReadOnlySpan<byte> pairs, List<TarExtent> extents)
    {
        for (; !pairs.IsEmpty && pairs[0] != 0; pairs = pairs[(2 * NumberLength)..])
        {
            extents.Add(new TarExtent(Octal(pairs[..NumberLength]), Octal(pairs.Slice(NumberLength, NumberLength))));
        }
    }

    private static long Octal(ReadOnlySpan<byte> field) =>
        TarHeader.TryParseNumber(field, out long value) ? value : throw TarReader.Malformed("a number in the map of a sparse file is not one");

    private static void RequireFew(long count, TarLimits limits)
    {
        if (count > limits.Extents)
        {
            throw TarReader.Malformed($"a sparse file has more than {limits.Extents} pieces");
        }
    }
}
