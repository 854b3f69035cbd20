namespace Wharf.Api.Client;

/// <summary>A connection after <c>101 Switching Protocols</c>: raw bytes both ways. One thread may read while another writes.</summary>
public sealed class HijackedStream : Stream
{
    private readonly HttpConnection _connection;

    internal HijackedStream(HttpConnection connection, ResponseHead head)
    {
        _connection = connection;
        head.Headers.TryGetValue("Content-Type", out string? mediaType);
        MediaType = mediaType;
    }

    /// <summary><c>application/vnd.docker.multiplexed-stream</c> when output comes in <see cref="StdCopy"/> frames; null if the engine does not say.</summary>
    public string? MediaType { get; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Ends the way out (stdin of the container); output goes on coming.</summary>
    public void CloseWrite() => _connection.CloseWrite();

    public override int Read(Span<byte> buffer) => _connection.Read(buffer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => _connection.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _connection.Dispose();
        }

        base.Dispose(disposing);
    }
}
