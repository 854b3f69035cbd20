namespace Wharf.Api.Client;

/// <summary>The body of one answer: counted, chunked, or up to the end of the connection.</summary>
internal sealed class BodyStream : Stream
{
    private readonly HttpConnection _connection;
    private readonly Action<HttpConnection>? _giveBack;
    private readonly bool _chunked;
    private long _left;
    private bool _first = true;
    private bool _finished;
    private bool _disposed;

    /// <param name="giveBack">Takes the connection over when the body has been read to its end; null if it cannot be used again.</param>
    internal BodyStream(HttpConnection connection, ResponseHead head, bool hasBody, Action<HttpConnection>? giveBack)
    {
        _connection = connection;
        _chunked = head.IsChunked;
        _left = _chunked ? 0 : head.ContentLength ?? long.MaxValue;
        _finished = !hasBody || (!_chunked && _left == 0);
        _giveBack = head.KeepsAlive && (_finished || _chunked || head.ContentLength is not null) ? giveBack : null;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        if (_finished || buffer.IsEmpty)
        {
            return 0;
        }

        if (_chunked && _left == 0)
        {
            _left = _connection.ReadChunkSize(_first);
            _first = false;
            if (_left == 0)
            {
                _finished = true;
                return 0;
            }
        }

        int count = _connection.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        if (count == 0)
        {
            _finished = true;
            return _chunked || _left != long.MaxValue
                ? throw new EndOfStreamException("the engine closed the connection before its answer was complete")
                : 0;
        }

        if (_left != long.MaxValue)
        {
            _left -= count;
            _finished = !_chunked && _left == 0;
        }

        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            if (_finished && _giveBack is not null)
            {
                _giveBack(_connection);
            }
            else
            {
                _connection.Dispose();
            }
        }

        base.Dispose(disposing);
    }
}
