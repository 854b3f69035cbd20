using System.IO.Compression;
using ZstdSharp;

namespace Wharf.Engine.Images.Content;

/// <summary>
/// Opens a tar that may be compressed, by its first bytes: media types are not to be trusted, and archives have none.
/// </summary>
public static class Decompression
{
    private const int MagicLength = 6;

    /// <summary>Returns the uncompressed bytes of <paramref name="source"/>, which it owns from then on.</summary>
    /// <exception cref="WharfException">InvalidArgument: compressed in a way that is not supported.</exception>
    public static Stream Open(Stream source)
    {
        byte[] head = new byte[MagicLength];
        int length = source.ReadAtLeast(head, MagicLength, throwOnEndOfStream: false);
        var whole = new RewoundStream(head.AsMemory(0, length), source);
        return head.AsSpan(0, length) switch
        {
            [0x1f, 0x8b, ..] => new GZipStream(whole, CompressionMode.Decompress),
            // A frame, or one of the skippable frames that may stand before it (RFC 8878, section 3.1).
            [0x28, 0xb5, 0x2f, 0xfd, ..] or [>= 0x50 and <= 0x5f, 0x2a, 0x4d, 0x18, ..] => new DecompressionStream(whole, leaveOpen: false),
            [(byte)'B', (byte)'Z', (byte)'h', ..] => throw Unsupported("bzip2"),
            [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0x00] => throw Unsupported("xz"),
            _ => whole,
        };
    }

    private static WharfException Unsupported(string name) =>
        WharfException.Invalid($"archive is compressed with {name}, which is not supported: use gzip, zstd or none");
}
