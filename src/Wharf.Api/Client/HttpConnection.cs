using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Wharf.Api.Client;

/// <summary>
/// One HTTP/1.1 connection, used by one request at a time. Written by hand because it is on the path of every command: blocking calls on a
/// socket need no thread pool, no event loop and no handler chain, which cost a short-lived program more than the request itself.
/// </summary>
internal sealed class HttpConnection(Stream stream) : IDisposable
{
    private const int MaxHeadBytes = 64 << 10;
    private byte[] _buffer = new byte[8 << 10];
    private int _start;
    private int _end;

    /// <summary>True once a byte of an answer has come: a request that failed before may be sent again on a new connection.</summary>
    internal bool Answered { get; private set; }

    internal bool Reused { get; set; }

    internal void Send(ApiRequest request, string target, string host, bool upgrade)
    {
        Answered = false;
        var head = new StringBuilder(256)
            .Append(request.Method).Append(' ').Append(target).Append(" HTTP/1.1\r\nHost: ").Append(host)
            .Append("\r\nUser-Agent: wharf\r\n");
        if (upgrade)
        {
            head.Append("Connection: Upgrade\r\nUpgrade: tcp\r\n");
        }

        if (request.ContentType is not null)
        {
            head.Append("Content-Type: ").Append(request.ContentType).Append("\r\n");
        }

        foreach ((string name, string value) in request.Headers)
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        if (request.StreamedBody is not null)
        {
            head.Append("Transfer-Encoding: chunked\r\n");
        }
        else if (!request.Body.IsEmpty || request.Method is "POST" or "PUT")
        {
            head.Append("Content-Length: ").Append(request.Body.Length).Append("\r\n");
        }

        // Head and body in one segment: the daemon then reads the whole request at once.
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(head.Append("\r\n").ToString()) + request.Body.Length];
        int length = Encoding.UTF8.GetBytes(head.ToString(), bytes);
        request.Body.Span.CopyTo(bytes.AsSpan(length));
        stream.Write(bytes);
        if (request.StreamedBody is not null)
        {
            SendChunked(request.StreamedBody);
        }
    }

    /// <summary>Reads status line and headers, past any 100 Continue.</summary>
    internal ResponseHead ReceiveHead()
    {
        while (true)
        {
            ResponseHead head = ResponseHead.Parse(ReadHeadText());
            if (head.Status is not (>= 100 and < 200) || head.Status == 101)
            {
                return head;
            }
        }
    }

    /// <summary>Reads raw bytes: what is buffered first, then the stream.</summary>
    internal int Read(Span<byte> destination)
    {
        if (_start == _end)
        {
            return stream.Read(destination);
        }

        int count = Math.Min(destination.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(destination);
        _start += count;
        return count;
    }

    internal void Write(ReadOnlySpan<byte> bytes) => stream.Write(bytes);

    /// <summary>The size of the next chunk; 0 after the last, its trailers read.</summary>
    internal long ReadChunkSize(bool first)
    {
        if (!first && ReadLine().Length != 0)
        {
            throw new IOException("malformed answer: a chunk is longer than it said");
        }

        string line = ReadLine();
        int extension = line.IndexOf(';', StringComparison.Ordinal);
        if (!long.TryParse(extension < 0 ? line : line[..extension], NumberStyles.AllowHexSpecifier | NumberStyles.AllowTrailingWhite, null, out long size) || size < 0)
        {
            throw new IOException($"malformed answer: chunk size '{line}'");
        }

        if (size == 0)
        {
            while (ReadLine().Length != 0)
            {
            }
        }

        return size;
    }

    /// <summary>Says that no more will be sent, while the other direction goes on (end of stdin of a container).</summary>
    internal void CloseWrite()
    {
        switch (stream)
        {
            case NetworkStream network:
                network.Socket.Shutdown(SocketShutdown.Send);
                break;
            case SslStream secured:
                secured.ShutdownAsync().GetAwaiter().GetResult();
                break;
        }
    }

    public void Dispose() => stream.Dispose();

    private void SendChunked(Stream body)
    {
        byte[] buffer = new byte[64 << 10];
        int count;
        do
        {
            count = body.Read(buffer);
        }
        while (TrySendChunk(buffer.AsSpan(0, count)) && count > 0);
    }

    /// <returns>False when the engine reads no more: it has refused the request, and its answer says why.</returns>
    private bool TrySendChunk(ReadOnlySpan<byte> chunk)
    {
        try
        {
            stream.Write(Encoding.ASCII.GetBytes($"{chunk.Length:x}\r\n"));
            stream.Write(chunk);
            stream.Write("\r\n"u8);
            return true;
        }
        catch (IOException failure) when (failure.InnerException is SocketException { SocketErrorCode: SocketError.Shutdown or SocketError.ConnectionReset })
        {
            return false;
        }
    }

    private string ReadHeadText()
    {
        int scanned = _start;
        while (true)
        {
            int end = _buffer.AsSpan(scanned, _end - scanned).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                end += scanned;
                string text = Encoding.UTF8.GetString(_buffer, _start, end - _start);
                _start = end + 4;
                return text;
            }

            // The four bytes may straddle two reads.
            int kept = Math.Min(3, _end - _start);
            Fill();
            scanned = Math.Max(_start, _end - _lastRead - kept);
        }
    }

    private int _lastRead;

    private string ReadLine()
    {
        while (true)
        {
            int end = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (end >= 0)
            {
                ReadOnlySpan<byte> line = _buffer.AsSpan(_start, end);
                _start += end + 1;
                return Encoding.UTF8.GetString(line.EndsWith("\r"u8) ? line[..^1] : line);
            }

            Fill();
        }
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= MaxHeadBytes)
            {
                throw new IOException($"malformed answer: a line or head of more than {MaxHeadBytes} bytes");
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        _lastRead = stream.Read(_buffer, _end, _buffer.Length - _end);
        if (_lastRead == 0)
        {
            throw new EndOfStreamException("the engine closed the connection before its answer was complete");
        }

        _end += _lastRead;
        Answered = true;
    }
}
