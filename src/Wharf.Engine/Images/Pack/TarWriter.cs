using System.IO.Pipelines;
using Wharf.Engine.Images.Unpack;
using Wharf.Linux.Files;

namespace Wharf.Engine.Images.Pack;

/// <summary>
/// Writes an archive front to back: ustar (POSIX.1-2017, pax, "ustar Interchange Format"), with an extended header before those files only that
/// ustar cannot describe. The same files give the same bytes. Waits on its thread for the reader of the pipe.
/// </summary>
internal sealed class TarWriter(PipeWriter output)
{
    private const int BlockSize = TarHeader.Size;
    private const int NameLength = 100;
    private const int PrefixLength = 155;
    private const int FlushAt = 256 << 10;
    private const long MaxSize = 0x1_ffff_ffff; // eleven octal digits
    private const uint MaxId = 0x1f_ffff; // seven
    private long _unflushed;

    /// <summary>Bytes written so far.</summary>
    internal long Length { get; private set; }

    /// <summary>Whether whoever reads has had enough: nothing more needs to be written.</summary>
    internal bool IsClosed { get; private set; }

    /// <summary>Begins a file, whose contents follow by <see cref="GetSpan"/> and <see cref="Advance"/>, then <see cref="Pad"/>.</summary>
    internal void Begin(scoped in TarMember member)
    {
        bool fits = TrySplit(member.Name, out ReadOnlySpan<byte> prefix, out ReadOnlySpan<byte> name);
        PaxHeader? pax = ExtendedHeader(in member, fits);
        if (pax is not null)
        {
            ReadOnlySpan<byte> records = pax.Records;
            WriteBlock(
                "PaxHeaders.0/entry"u8, [], (byte)'x', new TarMember { Name = [], Kind = TarEntryKind.File, Permissions = 0x1a4, Size = records.Length });
            Write(records);
            Pad(records.Length);
        }

        WriteBlock(name, prefix, (byte)member.Kind, in member);
    }

    /// <summary>Room for some of the current file's contents.</summary>
    internal Span<byte> GetSpan() => output.GetSpan(BlockSize);

    internal void Advance(int count)
    {
        output.Advance(count);
        Length += count;
        _unflushed += count;
        if (_unflushed >= FlushAt)
        {
            Flush();
        }
    }

    internal void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Span<byte> room = GetSpan();
            int length = Math.Min(room.Length, bytes.Length);
            bytes[..length].CopyTo(room);
            Advance(length);
            bytes = bytes[length..];
        }
    }

    /// <summary>Writes zeros in place of contents that are not there.</summary>
    internal void WriteZeros(long count)
    {
        while (count > 0)
        {
            Span<byte> room = GetSpan();
            int length = (int)Math.Min(room.Length, count);
            room[..length].Clear();
            Advance(length);
            count -= length;
        }
    }

    /// <summary>Fills up the last block of contents.</summary>
    internal void Pad(long size) => WriteZeros(-size & (BlockSize - 1));

    /// <summary>Two empty blocks are the end.</summary>
    internal void Finish()
    {
        WriteZeros(2 * BlockSize);
        Flush();
    }

    private void Flush()
    {
        _unflushed = 0;
        ValueTask<FlushResult> flush = output.FlushAsync();
        IsClosed |= (flush.IsCompleted ? flush.Result : flush.AsTask().GetAwaiter().GetResult()).IsCompleted;
    }

    /// <summary>What ustar has no room for, sorted by key.</summary>
    private static PaxHeader? ExtendedHeader(scoped in TarMember member, bool nameFits)
    {
        if (nameFits && member.Target.Length <= NameLength && member.Uid <= MaxId && member.Gid <= MaxId
            && member.Size <= MaxSize && member.Modified is >= 0 and <= MaxSize && member.Attributes.Count == 0)
        {
            return null;
        }

        var pax = new PaxHeader();
        foreach (ExtendedAttribute attribute in member.Attributes)
        {
            pax.Add(attribute);
        }

        AddWhere(member.Gid > MaxId, "gid", member.Gid);
        if (member.Target.Length > NameLength)
        {
            pax.Add("linkpath", member.Target);
        }

        AddWhere(member.Modified is < 0 or > MaxSize, "mtime", member.Modified);
        if (!nameFits)
        {
            pax.Add("path", member.Name);
        }

        AddWhere(member.Size > MaxSize, "size", member.Size);
        AddWhere(member.Uid > MaxId, "uid", member.Uid);
        return pax;

        void AddWhere(bool isNeeded, string key, long value)
        {
            if (isNeeded)
            {
                pax.Add(key, value);
            }
        }
    }

    private void WriteBlock(ReadOnlySpan<byte> name, ReadOnlySpan<byte> prefix, byte type, scoped in TarMember member)
    {
        Span<byte> block = GetSpan()[..BlockSize];
        block.Clear();
        name.CopyTo(block);
        Octal(block.Slice(100, 8), member.Permissions);
        Octal(block.Slice(108, 8), member.Uid <= MaxId ? member.Uid : 0);
        Octal(block.Slice(116, 8), member.Gid <= MaxId ? member.Gid : 0);
        Octal(block.Slice(124, 12), member.Size <= MaxSize ? member.Size : 0);
        Octal(block.Slice(136, 12), member.Modified is >= 0 and <= MaxSize ? member.Modified : 0);
        block[156] = type;
        member.Target[..Math.Min(NameLength, member.Target.Length)].CopyTo(block[157..]);
        "ustar\000"u8.CopyTo(block[257..]);
        Octal(block.Slice(329, 8), member.DeviceMajor);
        Octal(block.Slice(337, 8), member.DeviceMinor);
        prefix.CopyTo(block[345..]);

        // The sum counts itself as blanks, and is written as six digits, a zero and a blank.
        block.Slice(148, 8).Fill((byte)' ');
        int sum = 0;
        foreach (byte value in block)
        {
            sum += value;
        }

        Octal(block.Slice(148, 7), sum);
        Advance(BlockSize);
    }

    /// <summary>ustar holds a long name in two parts, if there is a slash in the right place. One that cannot be split is cut off.</summary>
    private static bool TrySplit(ReadOnlySpan<byte> full, out ReadOnlySpan<byte> prefix, out ReadOnlySpan<byte> name)
    {
        prefix = [];
        name = full[..Math.Min(NameLength, full.Length)];
        if (full.Length <= NameLength)
        {
            return true;
        }

        // A directory's slash at the end belongs to its name.
        int slash = full[..Math.Min(PrefixLength + 1, full.Length - 1)].LastIndexOf((byte)'/');
        if (slash <= 0 || full.Length - slash - 1 > NameLength)
        {
            return false;
        }

        prefix = full[..slash];
        name = full[(slash + 1)..];
        return true;
    }

    /// <summary>Digits with leading zeros, and a zero byte at the end.</summary>
    private static void Octal(Span<byte> field, long value)
    {
        for (int i = field.Length - 2; i >= 0; i--)
        {
            field[i] = (byte)('0' + (value & 7));
            value >>= 3;
        }
    }
}
