using System.Buffers.Text;

namespace Wharf.Engine.Images.Unpack;

/// <summary>
/// Files with holes, in the three ways of GNU tar's pax format (GNU tar manual, "PAX Format"): 0.0 repeats offset and numbytes, 0.1 has one
/// map, 1.0 puts the map before the file's bytes.
/// </summary>
internal sealed class SparseRecords
{
    internal const string Prefix = "GNU.sparse.";
    private readonly List<long> _numbers = [];

    internal byte[]? Name { get; private set; }
    internal long? RealSize { get; private set; }

    /// <summary>Whether the map is in front of the contents.</summary>
    internal bool IsMapInContents { get; private set; }

    internal void Take(string key, ReadOnlySpan<byte> value)
    {
        switch (key[Prefix.Length..])
        {
            case "name":
                Name = value.ToArray();
                break;
            case "size" or "realsize":
                RealSize = PaxRecords.Number(key, value);
                break;
            case "major":
                IsMapInContents = PaxRecords.Number(key, value) == 1;
                break;
            case "offset" or "numbytes":
                _numbers.Add(PaxRecords.Number(key, value));
                break;
            case "map":
                TakeMap(key, value);
                break;
        }
    }

    internal IReadOnlyList<TarExtent> Extents => Pair(_numbers);

    internal static IReadOnlyList<TarExtent> Pair(IReadOnlyList<long> numbers)
    {
        if (numbers.Count % 2 != 0)
        {
            throw TarReader.Malformed("the map of a sparse file has an offset without a length");
        }

        var extents = new TarExtent[numbers.Count / 2];
        for (int i = 0; i < extents.Length; i++)
        {
            extents[i] = new TarExtent(numbers[2 * i], numbers[(2 * i) + 1]);
        }

        return extents;
    }

    private void TakeMap(string key, ReadOnlySpan<byte> value)
    {
        while (!value.IsEmpty)
        {
            if (!Utf8Parser.TryParse(value, out long number, out int used) || (used < value.Length && value[used] != ','))
            {
                throw TarReader.Malformed($"{key} of an extended header is not a map");
            }

            _numbers.Add(number);
            value = used < value.Length ? value[(used + 1)..] : [];
        }
    }
}
