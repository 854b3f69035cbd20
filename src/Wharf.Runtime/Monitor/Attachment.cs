using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Fds;
using Wharf.Oci.Monitor;

namespace Wharf.Runtime.Monitor;

/// <summary>One client of a process's streams, on a connection that has become raw bytes.</summary>
internal sealed class Attachment : EventSource
{
    private const int HeaderBytes = 8;

    private readonly EventLoop _loop;
    private readonly ProcessStreams _streams;
    private readonly Attach _wanted;
    private readonly OutputQueue _queue;
    private bool _inputOver;
    private bool _closing;

    internal Attachment(EventLoop loop, SafeFileHandle socket, ProcessStreams streams, Attach wanted)
        : base(socket)
    {
        _loop = loop;
        _streams = streams;
        _wanted = wanted;
        _queue = new OutputQueue(socket);
        loop.Add(this, Readiness.Readable);
    }

    /// <summary>The client is so far behind that output must wait for it.</summary>
    internal bool IsSlow => _queue.IsFull;

    /// <summary>Gives the client its first bytes, before it is one: the answer to its request.</summary>
    internal void Answer(ReadOnlySpan<byte> frame) => Send(frame);

    /// <summary>Output of the process, with room before it for the frame's header.</summary>
    /// <param name="framed">Header and output; the header is left out for a terminal.</param>
    internal void Output(OutputKind kind, ReadOnlySpan<byte> framed)
    {
        if (kind == OutputKind.StandardError ? _wanted.Stderr : _wanted.Stdout)
        {
            Send(_streams.IsTerminal ? framed[HeaderBytes..] : framed);
        }
    }

    /// <summary>There is no more output: close once everything has been taken.</summary>
    internal void Finish()
    {
        _closing = true;
        UpdateInterest();
        if (_queue.IsEmpty)
        {
            Close();
        }
    }

    internal void Close()
    {
        if (Handle.IsClosed)
        {
            return;
        }

        _loop.Remove(this);
        _queue.Free();
        Handle.Dispose();
        _streams.Detach(this);
    }

    /// <summary>Reads input only while the process takes it.</summary>
    internal void UpdateInterest()
    {
        if (!Handle.IsClosed)
        {
            bool reads = !_inputOver && !_closing && !(_wanted.Stdin && _streams.IsInputBusy);
            _loop.SetInterest(this, (reads ? Readiness.Readable : Readiness.None) | (_queue.IsEmpty ? Readiness.None : Readiness.Writable));
        }
    }

    internal override void OnReady(Readiness readiness)
    {
        // Not merely finished sending: gone altogether.
        if ((readiness & (Readiness.HungUp | Readiness.Error)) != 0)
        {
            while (ReadInput())
            {
                // What it sent before is still for the process.
            }

            Close();
            return;
        }

        if (readiness.HasFlag(Readiness.Readable))
        {
            ReadInput();
        }

        if (readiness.HasFlag(Readiness.Writable) && !Handle.IsClosed)
        {
            Flush();
        }
    }

    private void Flush()
    {
        bool wasSlow = IsSlow;
        if (!_queue.Flush() || (_closing && _queue.IsEmpty))
        {
            Close();
            return;
        }

        UpdateInterest();
        if (wasSlow && !IsSlow)
        {
            _streams.UpdateFlow();
        }
    }

    /// <returns>Whether there may be more.</returns>
    private bool ReadInput()
    {
        if (_inputOver || _closing)
        {
            return false;
        }

        Span<byte> bytes = _streams.InputBuffer;
        int count = Descriptor.Read(Handle, bytes);
        if (count == 0)
        {
            _inputOver = true;
            UpdateInterest();
            if (_wanted.Stdin)
            {
                _streams.InputEnded();
            }
        }
        else if (count > 0 && _wanted.Stdin)
        {
            _streams.Input(bytes[..count]);
            UpdateInterest();
        }

        return count > 0;
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        if (Handle.IsClosed)
        {
            return;
        }

        if (!_queue.Write(bytes))
        {
            Close();
            return;
        }

        UpdateInterest();
    }
}
