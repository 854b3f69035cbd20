using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Unpack;
using ZstdSharp;

namespace Wharf.Engine.Builds.Solve;

/// <summary>Tells archives from other files by what is in them, as ADD does: names are not to be trusted.</summary>
internal static class ArchiveProbe
{
    /// <summary>Whether a file is a tar, compressed or not. Leaves it at its beginning.</summary>
    internal static bool IsArchive(FileStream file)
    {
        try
        {
            byte[] head = new byte[6];
            int length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            if (head.AsSpan(0, length) is [(byte)'B', (byte)'Z', (byte)'h', ..] or [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0])
            {
                // What cannot be looked into is said to be one, so that the error comes from whoever unpacks it.
                return true;
            }

            file.Position = 0;
            var block = new byte[TarHeader.Size];
            using Stream plain = Decompression.Open(new Borrowed(file));
            return plain.ReadAtLeast(block, block.Length, throwOnEndOfStream: false) == block.Length
                && block.AsSpan().ContainsAnyExcept((byte)0)
                && new TarHeader(block).IsChecksumRight;
        }
        catch (Exception malformed) when (malformed is InvalidDataException or ZstdException)
        {
            return false;
        }
        finally
        {
            file.Position = 0;
        }
    }

    /// <summary>The decompressor closes what it reads; the file goes on.</summary>
    private sealed class Borrowed(Stream file) : ForwardStream
    {
        public override int Read(Span<byte> buffer) => file.Read(buffer);
    }
}
