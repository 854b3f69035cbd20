using System.Buffers.Binary;
using System.Net.WebSockets;

namespace Wharf.Daemon.Streams;

/// <summary>
/// A websocket as the stream of an attachment: binary messages, both ways. Docker sends output here as it is, without the frames that tell
/// stdout from stderr elsewhere, so they are taken off.
/// </summary>
internal sealed class WebSocketAttachment(WebSocket socket, bool tty) : Stream
{
    private const int HeaderSize = 8;
    private readonly byte[] _header = new byte[HeaderSize];
    private int _headerLength;
    private long _left;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            ValueWebSocketReceiveResult result;
            do
            {
                // Cancelled, a receive would take the whole connection down, and with it the output's end: only the waiting is given up.
                result = await socket.ReceiveAsync(buffer, CancellationToken.None).AsTask().WaitAsync(cancellationToken);
            }
            while (result is { Count: 0, MessageType: not WebSocketMessageType.Close });
            return result.Count;
        }
        catch (WebSocketException)
        {
            // A client that is gone without a word has no more to say.
            return 0;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            ReadOnlyMemory<byte> piece = tty ? buffer : NextContents(ref buffer);
            buffer = tty ? default : buffer;
            if (!piece.IsEmpty)
            {
                await SendAsync(piece, cancellationToken);
            }
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async Task SendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        try
        {
            await socket.SendAsync(piece, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        }
        catch (WebSocketException gone)
        {
            throw new IOException("the client closed the connection", gone);
        }
    }

    /// <summary>What of the next frame is there, which may be nothing but some of its header.</summary>
    private ReadOnlyMemory<byte> NextContents(ref ReadOnlyMemory<byte> buffer)
    {
        if (_left == 0)
        {
            int taken = Math.Min(HeaderSize - _headerLength, buffer.Length);
            buffer.Span[..taken].CopyTo(_header.AsSpan(_headerLength));
            _headerLength += taken;
            buffer = buffer[taken..];
            if (_headerLength < HeaderSize)
            {
                return default;
            }

            _headerLength = 0;
            _left = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(4));
        }

        ReadOnlyMemory<byte> contents = buffer[..(int)Math.Min(_left, buffer.Length)];
        buffer = buffer[contents.Length..];
        _left -= contents.Length;
        return contents;
    }
}
