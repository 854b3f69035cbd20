using System.Buffers.Text;
using System.Text;
using Wharf.Linux.Files;

namespace Wharf.Engine.Images.Unpack;

/// <summary>
/// What an extended header says of the next file (pax: "pax Extended Header"): records <c>LENGTH KEY=VALUE\n</c>, the length counting itself.
/// Keys that mean nothing for a layer are passed over.
/// </summary>
internal sealed class PaxRecords
{
    private const string StarAttributes = "SCHILY.xattr.";
    private const string LibarchiveAttributes = "LIBARCHIVE.xattr.";
    private readonly Dictionary<string, ExtendedAttribute> _attributes = [];

    internal byte[]? Path { get; private set; }
    internal byte[]? LinkPath { get; private set; }
    internal long? Size { get; private set; }
    internal long? Uid { get; private set; }
    internal long? Gid { get; private set; }
    internal (long Seconds, long Nanoseconds)? Modified { get; private set; }
    internal IReadOnlyList<ExtendedAttribute> Attributes => _attributes.Count == 0 ? [] : [.. _attributes.Values];
    internal SparseRecords? Sparse { get; private set; }

    /// <exception cref="WharfException"/>
    internal static PaxRecords Parse(ReadOnlySpan<byte> records)
    {
        var parsed = new PaxRecords();
        while (!records.IsEmpty)
        {
            int space = records.IndexOf((byte)' ');
            if (space < 1 || !Utf8Parser.TryParse(records[..space], out int length, out int used) || used != space
                || length <= space + 1 || length > records.Length || records[length - 1] != '\n')
            {
                throw TarReader.Malformed("a record of an extended header has a wrong length");
            }

            ReadOnlySpan<byte> record = records[(space + 1)..(length - 1)];
            int equals = record.IndexOf((byte)'=');
            if (equals < 1)
            {
                throw TarReader.Malformed("a record of an extended header has no key");
            }

            parsed.Take(Encoding.UTF8.GetString(record[..equals]), record[(equals + 1)..]);
            records = records[length..];
        }

        return parsed;
    }

    private void Take(string key, ReadOnlySpan<byte> value)
    {
        switch (key)
        {
            case "path":
                Path = value.ToArray();
                break;
            case "linkpath":
                LinkPath = value.ToArray();
                break;
            case "size":
                Size = Number(key, value);
                break;
            case "uid":
                Uid = Number(key, value);
                break;
            case "gid":
                Gid = Number(key, value);
                break;
            case "mtime":
                Modified = Time(value);
                break;
            case not null when key.StartsWith(StarAttributes, StringComparison.Ordinal):
                TakeAttribute(key[StarAttributes.Length..], value.ToArray());
                break;
            case not null when key.StartsWith(LibarchiveAttributes, StringComparison.Ordinal):
                string name = Uri.UnescapeDataString(key[LibarchiveAttributes.Length..]);
                TakeAttribute(name, FromBase64(name, value));
                break;
            case not null when key.StartsWith(SparseRecords.Prefix, StringComparison.Ordinal):
                Sparse ??= new SparseRecords();
                Sparse.Take(key, value);
                break;
        }
    }

    private void TakeAttribute(string name, byte[] value)
    {
        // The kernel's own limits (xattr(7)); a zero would end the name early.
        if (name.Length is 0 or > 255 || name.Contains('\0') || value.Length > 65536)
        {
            throw TarReader.Malformed($"extended attribute \"{name}\" of {value.Length} bytes is not possible");
        }

        _attributes[name] = new ExtendedAttribute(name, value);
    }

    internal static long Number(string key, ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value, out long number, out int used) && used == value.Length
            ? number
            : throw TarReader.Malformed($"{key} of an extended header is not a number");

    /// <summary>Seconds with a fraction, of which nine digits are used. A negative time counts its fraction backwards.</summary>
    private static (long Seconds, long Nanoseconds) Time(ReadOnlySpan<byte> value)
    {
        int dot = value.IndexOf((byte)'.');
        if (dot < 0)
        {
            return (Number("mtime", value), 0);
        }

        long seconds = value[..dot] is [(byte)'-'] or [] ? 0 : Number("mtime", value[..dot]);
        long nanoseconds = 0;
        for (int i = 1; i <= 9; i++)
        {
            int digit = dot + i < value.Length ? value[dot + i] - '0' : 0;
            nanoseconds = digit is >= 0 and <= 9 ? (nanoseconds * 10) + digit : throw TarReader.Malformed("mtime of an extended header is not a number");
        }

        return value[0] == '-' && nanoseconds > 0 ? (seconds - 1, 1_000_000_000 - nanoseconds) : (seconds, nanoseconds);
    }

    /// <summary>libarchive leaves out the padding.</summary>
    private static byte[] FromBase64(string name, ReadOnlySpan<byte> value)
    {
        string text = Encoding.ASCII.GetString(value.TrimEnd((byte)'='));
        byte[] decoded = new byte[(text.Length * 3 / 4) + 3];
        return Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), decoded, out int length)
            ? decoded[..length]
            : throw TarReader.Malformed($"extended attribute {name} is not base64");
    }
}
