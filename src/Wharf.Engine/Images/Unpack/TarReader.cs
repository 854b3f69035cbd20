using System.Buffers;
using System.Text;
using Wharf.Linux.Files;

namespace Wharf.Engine.Images.Unpack;

/// <summary>
/// Reads an archive from front to back: ustar, old tar, GNU (long names, base 256, sparse) and pax. Everything in it is checked and limited
/// here, so that what comes out can be believed as far as numbers and lengths go; where names lead is the unpacker's business. Contents are
/// handed out of one large buffer, without a copy.
/// </summary>
internal sealed class TarReader(Stream source, TarLimits limits) : IDisposable
{
    private const int BufferSize = 256 << 10;
    private const uint PermissionMask = 0xfff;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _start;
    private int _end;
    private long _remaining; // archived bytes of the current entry
    private int _padding;
    private int _entries;
    private long _total;
    private string _current = "";

    /// <summary>A number that the file system cannot have is a fault of the archive.</summary>
    internal static WharfException Malformed(string problem) => WharfException.Invalid($"archive/tar: invalid tar header: {problem}");

    /// <summary>The next file, or null at the end of the archive.</summary>
    /// <exception cref="WharfException">The archive is malformed, cut off, or over a limit.</exception>
    internal TarEntry? Next()
    {
        SkipContents();
        PaxRecords? pax = null;
        byte[]? longName = null;
        byte[]? longLink = null;
        while (true)
        {
            if (!TryReadBlock(out ReadOnlySpan<byte> block))
            {
                return _entries > 0 && pax is null && longName is null && longLink is null
                    ? null
                    : throw Truncated();
            }

            if (!block.ContainsAnyExcept((byte)0))
            {
                return null;
            }

            var header = new TarHeader(block);
            if (!header.IsChecksumRight)
            {
                throw Malformed(_entries == 0 ? "this is not a tar archive" : $"wrong checksum after {_current}");
            }

            if (++_entries > limits.Entries)
            {
                throw WharfException.Invalid($"archive has more than {limits.Entries} entries");
            }

            switch (header.Type)
            {
                case (byte)'x':
                    pax = PaxRecords.Parse(ReadMeta(header.FileSize));
                    break;
                case (byte)'L':
                    longName = ReadName(header.FileSize);
                    break;
                case (byte)'K':
                    longLink = ReadName(header.FileSize);
                    break;
                case (byte)'g' or (byte)'V':
                    // A global header (git writes its commit there) or a volume's label: not of any file.
                    ReadMeta(header.FileSize);
                    break;
                default:
                    return Assemble(header, block, pax, longName, longLink);
            }
        }
    }

    /// <summary>The next piece of the current file's archived bytes, valid until the next call; empty at its end.</summary>
    internal ReadOnlySpan<byte> ReadContents(long atMost = long.MaxValue)
    {
        long wanted = Math.Min(_remaining, atMost);
        if (wanted == 0)
        {
            return [];
        }

        if (_start == _end && !Fill())
        {
            throw Truncated();
        }

        int length = (int)Math.Min(wanted, _end - _start);
        ReadOnlySpan<byte> piece = _buffer.AsSpan(_start, length);
        _start += length;
        _remaining -= length;
        return piece;
    }

    /// <summary>Reads what is behind the end of the archive, which belongs to its digest.</summary>
    internal void Drain()
    {
        do
        {
            _start = _end;
        }
        while (Fill());
    }

    public void Dispose()
    {
        byte[] buffer = _buffer;
        _buffer = [];
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private TarEntry Assemble(TarHeader header, ReadOnlySpan<byte> block, PaxRecords? pax, byte[]? longName, byte[]? longLink)
    {
        byte[] name = pax?.Sparse?.Name ?? pax?.Path ?? longName ?? Join(header.Prefix, header.Name);
        _current = Encoding.UTF8.GetString(name);
        byte[] target = pax?.LinkPath ?? longLink ?? header.LinkName.ToArray();
        if (name.Length > limits.NameBytes || target.Length > limits.NameBytes || name.Contains((byte)0) || target.Contains((byte)0))
        {
            throw Malformed($"the name of entry {_entries} is longer than {limits.NameBytes} bytes or has a zero in it");
        }

        TarEntryKind kind = KindOf(header.Type, name);
        // Only files have contents, whatever the size field of others says: links of old tars carry their target's.
        long archived = kind == TarEntryKind.File ? pax?.Size ?? header.FileSize : 0;
        if (archived < 0 || archived > limits.TotalBytes)
        {
            throw Malformed($"{_current} has {archived} bytes");
        }

        _remaining = archived;
        _padding = (int)(-archived & (TarHeader.Size - 1));
        (long size, IReadOnlyList<TarExtent>? extents) = kind == TarEntryKind.File ? Holes(header.Type, block, pax, archived) : (0, null);
        _total += size;
        if (_total > limits.TotalBytes)
        {
            throw WharfException.Invalid($"archive unpacks to more than {limits.TotalBytes} bytes");
        }

        (long seconds, long nanoseconds) = pax?.Modified ?? (header.Modified, 0);
        bool isDevice = kind is TarEntryKind.CharacterDevice or TarEntryKind.BlockDevice;
        return new TarEntry
        {
            Name = name,
            Kind = kind,
            Target = target,
            Size = size,
            Extents = extents,
            DeviceMajor = isDevice ? Id(header.DeviceMajor, "device number") : 0,
            DeviceMinor = isDevice ? Id(header.DeviceMinor, "device number") : 0,
            Metadata = new FileMetadata(
                (uint)header.Mode & PermissionMask,
                Id(pax?.Uid ?? header.Uid, "uid"),
                Id(pax?.Gid ?? header.Gid, "gid"),
                seconds,
                nanoseconds,
                pax?.Attributes ?? []),
        };
    }

    private static TarEntryKind KindOf(byte type, byte[] name) => type switch
    {
        // Before there was a type for directories, they were empty files with a slash at the end.
        (byte)'0' or 0 or (byte)'7' or (byte)'S' => type == 0 && name is [.., (byte)'/'] ? TarEntryKind.Directory : TarEntryKind.File,
        >= (byte)'1' and <= (byte)'6' => (TarEntryKind)type,
        _ => throw WharfException.Invalid($"unhandled tar header type {type} of {Encoding.UTF8.GetString(name)}"),
    };

    private uint Id(long value, string what) =>
        value is >= 0 and < uint.MaxValue ? (uint)value : throw Malformed($"{_current} has the {what} {value}");

    private (long Size, IReadOnlyList<TarExtent>? Extents) Holes(byte type, ReadOnlySpan<byte> block, PaxRecords? pax, long archived)
    {
        SparseMap? map = type == (byte)'S'
            ? SparseMap.ReadOld(block, NextMapBlock, limits)
            : pax?.Sparse is { } records ? SparseMap.Read(records, ReadMapBlock, limits) : null;
        map?.Check(_remaining, limits.TotalBytes, _current);
        return map is null ? (archived, null) : (map.RealSize, map.Extents);
    }

    /// <summary>Blocks of the old format's map are in front of the contents and not counted in the size.</summary>
    private byte[] NextMapBlock() => TryReadBlock(out ReadOnlySpan<byte> block) ? block.ToArray() : throw Truncated();

    private byte[] ReadMapBlock()
    {
        if (_remaining < TarHeader.Size)
        {
            throw Malformed($"the map of the sparse file {_current} does not end");
        }

        _remaining -= TarHeader.Size;
        return NextMapBlock();
    }

    private byte[] ReadName(long size)
    {
        byte[] name = ReadMeta(size).ToArray();
        int end = Array.IndexOf(name, (byte)0);
        return end < 0 ? name : name[..end];
    }

    private byte[] ReadMeta(long size)
    {
        if (size < 0 || size > limits.HeaderBytes)
        {
            throw Malformed($"an extended header after {_current} has {size} bytes");
        }

        byte[] content = new byte[size];
        _remaining = size;
        _padding = (int)(-size & (TarHeader.Size - 1));
        int filled = 0;
        while (filled < content.Length)
        {
            ReadOnlySpan<byte> piece = ReadContents();
            piece.CopyTo(content.AsSpan(filled));
            filled += piece.Length;
        }

        SkipContents();
        return content;
    }

    private static byte[] Join(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> name) =>
        prefix.IsEmpty ? name.ToArray() : [.. prefix, (byte)'/', .. name];

    /// <summary>
    /// Go's reader takes an archive whose last file is not padded, and Docker's client sends such: its <c>build -f -</c> forgets the end.
    /// </summary>
    private void SkipContents()
    {
        long left = _remaining + _padding;
        long padding = _padding;
        _remaining = 0;
        _padding = 0;
        while (left > 0)
        {
            if (_start == _end && !Fill())
            {
                if (left <= padding)
                {
                    return;
                }

                throw Truncated();
            }

            int step = (int)Math.Min(left, _end - _start);
            _start += step;
            left -= step;
        }
    }

    /// <returns>False at the very end, on a block's boundary.</returns>
    private bool TryReadBlock(out ReadOnlySpan<byte> block)
    {
        while (_end - _start < TarHeader.Size)
        {
            if (!Fill())
            {
                block = [];
                return _end == _start ? false : throw Truncated();
            }
        }

        block = _buffer.AsSpan(_start, TarHeader.Size);
        _start += TarHeader.Size;
        return true;
    }

    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        int read = source.Read(_buffer.AsSpan(_end));
        _end += read;
        return read > 0;
    }

    private WharfException Truncated() =>
        WharfException.Invalid(_entries == 0 ? "archive is empty: unexpected EOF" : $"archive is cut off in or after {_current}: unexpected EOF");
}
