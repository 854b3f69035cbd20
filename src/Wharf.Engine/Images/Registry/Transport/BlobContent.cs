using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace Wharf.Engine.Images.Registry.Transport;

/// <summary>A part of a stored blob as the body of a request: read while it is sent, a buffer at a time, and anew if the request is sent again.</summary>
internal sealed class BlobContent : HttpContent
{
    private const int BufferSize = 256 << 10;

    /// <summary>From this size on the registry is asked first whether it will take the body: a refusal would else be lost in a broken pipe.</summary>
    private const int AskFirst = 1 << 20;

    private readonly Func<FileStream> _open;
    private readonly long _offset;
    private readonly Action<long> _report;

    /// <param name="open">Opens the whole blob.</param>
    /// <param name="report">Told the position in the blob as it moves.</param>
    internal BlobContent(Func<FileStream> open, long offset, long length, Action<long> report)
    {
        _open = open;
        _offset = offset;
        _report = report;
        Length = length;
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
    }

    /// <summary>Bytes of this part.</summary>
    internal long Length { get; }

    internal bool AsksFirst => Length >= AskFirst;

    /// <summary>Called with the bytes sent whenever some were.</summary>
    internal Action<long>? Moved { get; set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using FileStream blob = _open();
            for (long sent = 0; sent < Length;)
            {
                int wanted = (int)Math.Min(buffer.Length, Length - sent);
                int read = await RandomAccess.ReadAsync(blob.SafeFileHandle, buffer.AsMemory(0, wanted), _offset + sent, cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    throw new IOException($"{blob.Name} has become shorter");
                }

                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                sent += read;
                Moved?.Invoke(sent);
                _report(_offset + sent);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = Length;
        return true;
    }
}
