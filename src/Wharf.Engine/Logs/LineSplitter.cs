using System.Buffers;

namespace Wharf.Engine.Logs;

/// <summary>Cuts what is read from files into lines. What follows the last newline waits for the rest of its line.</summary>
internal sealed class LineSplitter : IDisposable
{
    /// <summary>A line of 16 KiB, all of it escaped, with generous attributes. More is not a line that a monitor wrote.</summary>
    private const int MaxLineBytes = 1 << 20;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(256 << 10);
    private int _start;
    private int _end;

    internal delegate void OnLine(ReadOnlySpan<byte> line);

    /// <summary>Reads once and reports every line that is whole now.</summary>
    /// <param name="limit">Bytes that may still be read.</param>
    /// <returns>How many bytes were read: 0 at the end of the file.</returns>
    internal int ReadFrom(Stream stream, long limit, OnLine report)
    {
        MakeRoom();
        int count = stream.Read(_buffer.AsSpan(_end, (int)Math.Min(_buffer.Length - _end, limit)));
        _end += count;
        ReadOnlySpan<byte> rest = _buffer.AsSpan(_start, _end - _start);
        int newline;
        while ((newline = rest.IndexOf((byte)'\n')) >= 0)
        {
            report(rest[..newline]);
            rest = rest[(newline + 1)..];
        }

        _start = _end - rest.Length;
        return count;
    }

    /// <summary>Another file begins: half a line at the end of the last one was cut off by a crash.</summary>
    internal void Drop() => _start = _end = 0;

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private void MakeRoom()
    {
        if (_end < _buffer.Length)
        {
            return;
        }

        int waiting = _end - _start;
        if (waiting > MaxLineBytes)
        {
            waiting = 0;
        }
        else if (_start == 0)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.CopyTo(larger, 0);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
            return;
        }

        _buffer.AsSpan(_start, waiting).CopyTo(_buffer);
        _start = 0;
        _end = waiting;
    }
}
