using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Fds;

namespace Wharf.Runtime.Monitor;

/// <summary>
/// A process's standard input. What it does not take at once is kept here, a few KiB at most, and clients are not read from until it is gone:
/// whoever types faster than the process reads has to wait.
/// </summary>
internal sealed class InputSink : EventSource
{
    private readonly EventLoop _loop;
    private readonly bool _isTerminal;
    private byte[] _waiting = [];
    private bool _ending;

    /// <param name="handle">The write end of a pipe, or a descriptor of its own of a terminal's master.</param>
    internal InputSink(EventLoop loop, SafeFileHandle handle, bool isTerminal)
        : base(handle)
    {
        _loop = loop;
        _isTerminal = isTerminal;
        Descriptor.SetNonBlocking(handle);
        loop.Add(this, Readiness.None);
    }

    /// <summary>Called when bytes may be written again.</summary>
    internal Action? OnDrained { get; set; }

    internal bool IsBusy => _waiting.Length > 0;

    internal bool IsClosed { get; private set; }

    /// <summary>Writes or keeps all of it.</summary>
    internal void Write(ReadOnlySpan<byte> bytes)
    {
        if (IsClosed || _ending)
        {
            return;
        }

        int written = IsBusy ? 0 : Descriptor.Write(Handle, bytes);
        if (written == Descriptor.Closed)
        {
            Close();
            return;
        }

        ReadOnlySpan<byte> rest = bytes[Math.Max(written, 0)..];
        if (!rest.IsEmpty)
        {
            _waiting = [.. _waiting, .. rest];
            _loop.SetInterest(this, Readiness.Writable);
        }
    }

    /// <summary>End of file for the process, after what is still waiting. A terminal has none: its user types one.</summary>
    internal void End()
    {
        _ending = !_isTerminal;
        if (_ending && !IsBusy)
        {
            Close();
        }
    }

    internal void Close()
    {
        if (!IsClosed)
        {
            IsClosed = true;
            _waiting = [];
            _loop.Remove(this);
            Handle.Dispose();
            OnDrained?.Invoke();
        }
    }

    internal override void OnReady(Readiness readiness)
    {
        // The other end may be closed while nothing waits: epoll says so whether asked or not.
        int written = IsBusy ? Descriptor.Write(Handle, _waiting) : Descriptor.Closed;
        if (written == Descriptor.Closed)
        {
            Close();
            return;
        }

        _waiting = written > 0 ? _waiting[written..] : _waiting;
        if (IsBusy)
        {
            return;
        }

        _loop.SetInterest(this, Readiness.None);
        if (_ending)
        {
            Close();
        }
        else
        {
            OnDrained?.Invoke();
        }
    }
}
