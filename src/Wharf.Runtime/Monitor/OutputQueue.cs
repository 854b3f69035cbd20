using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Fds;
using Wharf.Linux.Memory;
using Wharf.Linux.Sockets;

namespace Wharf.Runtime.Monitor;

/// <summary>
/// Bytes on their way to a client. They go straight into its socket; only what that does not take is kept here, in pages that are given back
/// once it has.
/// </summary>
internal sealed class OutputQueue(SafeFileHandle socket)
{
    /// <summary>Beyond this a client is slow, and whoever produces must wait for it.</summary>
    private const int HighWater = 1 << 20;

    /// <summary>
    /// What may still come on top: what was being read when the producer was stopped and, once the process has gone, all that its two pipes hold.
    /// Address space only, until it is needed.
    /// </summary>
    private const int Capacity = HighWater + (1 << 20) + (2 * ProcessStreams.PipeBytes);

    private PageBuffer? _pages;
    private int _start;
    private int _end;

    internal bool IsEmpty => _start == _end;

    internal bool IsFull => _end - _start >= HighWater;

    /// <summary>Sends or keeps all of it.</summary>
    /// <returns>False when the client has gone.</returns>
    internal bool Write(ReadOnlySpan<byte> bytes)
    {
        while (IsEmpty && !bytes.IsEmpty)
        {
            int sent = UnixSocket.Send(socket, bytes);
            if (sent == Descriptor.Closed)
            {
                return false;
            }

            if (sent == Descriptor.WouldBlock)
            {
                break;
            }

            bytes = bytes[sent..];
        }

        return bytes.IsEmpty || Keep(bytes);
    }

    /// <summary>Sends what was kept, as far as it goes.</summary>
    /// <returns>False when the client has gone.</returns>
    internal bool Flush()
    {
        while (!IsEmpty)
        {
            int sent = UnixSocket.Send(socket, _pages!.Span[_start.._end]);
            if (sent == Descriptor.Closed)
            {
                return false;
            }

            if (sent == Descriptor.WouldBlock)
            {
                return true;
            }

            _start += sent;
        }

        _start = _end = 0;
        _pages?.Release();
        return true;
    }

    /// <summary>Forgets what is left. Its owner has a life of its own, so this is no <see cref="IDisposable"/>.</summary>
    internal void Free() => _pages?.Dispose();

    /// <returns>False when there is no room: a client that far behind is given up.</returns>
    private bool Keep(ReadOnlySpan<byte> bytes)
    {
        _pages ??= new PageBuffer(Capacity);
        if (_pages.Size - _end < bytes.Length)
        {
            _pages.Span[_start.._end].CopyTo(_pages.Span);
            _end -= _start;
            _start = 0;
        }

        if (_pages.Size - _end < bytes.Length)
        {
            return false;
        }

        bytes.CopyTo(_pages.Span[_end..]);
        _end += bytes.Length;
        return true;
    }
}
