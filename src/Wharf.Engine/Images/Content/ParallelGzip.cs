using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;

namespace Wharf.Engine.Images.Content;

/// <summary>
/// Compresses on all processors: the input in pieces, each a gzip member of its own, which together are a gzip file like any other (RFC 1952,
/// section 2.2: "a series of members"). How the pieces are cut does not depend on how the input arrives.
/// </summary>
internal static class ParallelGzip
{
    private const int PieceSize = 1 << 20;

    /// <summary>Where more effort begins to cost more time than it saves bytes.</summary>
    private const int Level = 3;

    /// <param name="uncompressed">Told the input, piece by piece.</param>
    /// <param name="compressed">Told the output, in order.</param>
    internal static async Task CompressAsync(PipeReader input, Action<ReadOnlySpan<byte>> uncompressed, Action<ReadOnlySpan<byte>> compressed)
    {
        Queue<(byte[] Piece, Task<ArraySegment<byte>> Work)> running = new();
        bool isEnd = false;
        while (!isEnd || running.Count > 0)
        {
            if (!isEnd)
            {
                byte[] piece = ArrayPool<byte>.Shared.Rent(PieceSize);
                int length = await FillAsync(input, piece.AsMemory(0, PieceSize)).ConfigureAwait(false);
                isEnd = length < PieceSize;
                running.Enqueue((piece, Task.Run(() => Compress(piece, length))));
                uncompressed(piece.AsSpan(0, length));
            }

            if (isEnd || running.Count > Environment.ProcessorCount)
            {
                (byte[] piece, Task<ArraySegment<byte>> work) = running.Dequeue();
                compressed(await work.ConfigureAwait(false));
                ArrayPool<byte>.Shared.Return(piece);
            }
        }
    }

    /// <returns>Bytes read: less than there is room for only at the end.</returns>
    private static async Task<int> FillAsync(PipeReader input, Memory<byte> target)
    {
        int filled = 0;
        while (true)
        {
            ReadResult read = await input.ReadAsync().ConfigureAwait(false);
            ReadOnlySequence<byte> part = read.Buffer.Slice(0, Math.Min(target.Length - filled, read.Buffer.Length));
            part.CopyTo(target.Span[filled..]);
            filled += (int)part.Length;
            bool isEnd = read.IsCompleted && part.Length == read.Buffer.Length;
            input.AdvanceTo(part.End);
            if (isEnd || filled == target.Length)
            {
                return filled;
            }
        }
    }

    private static ArraySegment<byte> Compress(byte[] piece, int length)
    {
        var target = new MemoryStream(length / 2);
        using (var gzip = new GZipStream(target, new ZLibCompressionOptions { CompressionLevel = Level }, leaveOpen: true))
        {
            gzip.Write(piece, 0, length);
        }

        return new ArraySegment<byte>(target.GetBuffer(), 0, (int)target.Length);
    }
}
