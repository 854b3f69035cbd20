using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Fds;
using Wharf.Oci.Monitor;

namespace Wharf.Runtime.Monitor;

/// <summary>
/// A connection that carries messages: the engine's, or a new one that has yet to say what it is. One that turns out to be a client of streams
/// is handed on by <see cref="TakeOver"/>.
/// </summary>
internal sealed class Connection : EventSource
{
    private const int ChunkBytes = 4096;

    private readonly EventLoop _loop;
    private readonly OutputQueue _queue;
    private readonly Action<Connection, MonitorMessage> _onMessage;
    private readonly Action<Connection> _onClosed;
    private byte[] _received = [];

    internal Connection(EventLoop loop, SafeFileHandle socket, Action<Connection, MonitorMessage> onMessage, Action<Connection> onClosed)
        : base(socket)
    {
        _loop = loop;
        _queue = new OutputQueue(socket);
        _onMessage = onMessage;
        _onClosed = onClosed;
        Descriptor.SetNonBlocking(socket);
        loop.Add(this, Readiness.Readable);
    }

    /// <summary>It has said that it is an engine's: it is told of events.</summary>
    internal bool IsControl { get; set; }

    internal void Send(MonitorMessage message)
    {
        if (!Handle.IsClosed && !_queue.Write(MonitorFrame.Encode(message)))
        {
            Close();
        }
        else if (!_queue.IsEmpty)
        {
            _loop.SetInterest(this, Readiness.Readable | Readiness.Writable);
        }
    }

    /// <summary>Ends this as a carrier of messages.</summary>
    /// <param name="pending">What has been received already and is none.</param>
    /// <returns>The socket, the caller's from now on.</returns>
    internal SafeFileHandle TakeOver(out byte[] pending)
    {
        pending = _received;
        _received = [];
        _loop.Remove(this);
        _queue.Free();
        return Handle;
    }

    internal void Close()
    {
        if (!Handle.IsClosed)
        {
            _loop.Remove(this);
            _queue.Free();
            Handle.Dispose();
            _onClosed(this);
        }
    }

    internal override void OnReady(Readiness readiness)
    {
        if (readiness.HasFlag(Readiness.Writable))
        {
            if (!_queue.Flush())
            {
                Close();
                return;
            }

            if (_queue.IsEmpty)
            {
                _loop.SetInterest(this, Readiness.Readable);
            }
        }

        if ((readiness & (Readiness.Readable | Readiness.HungUp | Readiness.Error)) != 0)
        {
            Receive();
        }
    }

    private void Receive()
    {
        Span<byte> chunk = stackalloc byte[ChunkBytes];
        int count = Descriptor.Read(Handle, chunk);
        if (count == 0)
        {
            Close();
        }
        else if (count > 0)
        {
            _received = [.. _received, .. chunk[..count]];
            Dispatch();
        }
    }

    /// <summary>A handler may take the connection over or close it: what follows then is not ours.</summary>
    private void Dispatch()
    {
        while (Token != 0)
        {
            try
            {
                ReadOnlyMemory<byte> rest = _received;
                if (MonitorFrame.TryTake(ref rest) is not { } message)
                {
                    return;
                }

                _received = rest.ToArray();
                _onMessage(this, message);
            }
            catch (InvalidDataException nonsense)
            {
                Console.Error.WriteLine($"connection closed: {nonsense.Message}");
                Close();
            }
        }
    }
}
