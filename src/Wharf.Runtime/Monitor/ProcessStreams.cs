using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Fds;
using Wharf.Linux.Memory;
using Wharf.Linux.Terminals;
using Wharf.Runtime.Create;

namespace Wharf.Runtime.Monitor;

/// <summary>
/// The streams of one process, the container's first or an exec: what comes out of it goes to its log and to every client that is attached,
/// what clients send goes in.
/// </summary>
internal sealed class ProcessStreams : IDisposable
{
    private const int FrameHeader = 8; // stdcopy: stream, three zeros, length in big endian

    /// <summary>What a pipe of a process holds when nobody reads it.</summary>
    internal const int PipeBytes = 1 << 20;


    private readonly EventLoop _loop;
    private readonly PageBuffer _buffer;
    private readonly IOutputRecord? _record;
    private readonly bool _closeInputWithClient;
    private readonly List<OutputSource> _sources = [];
    private readonly List<Attachment> _clients = [];
    private Pipe? _input;
    private Pipe? _output;
    private Pipe? _error;
    private InputSink? _sink;
    private SafeFileHandle? _terminal;
    private bool _patient = true;

    /// <param name="buffer">Shared by all: only one reads at a time.</param>
    /// <param name="closeInputWithClient">The first client that ends its input ends the process's.</param>
    internal ProcessStreams(EventLoop loop, PageBuffer buffer, IOutputRecord? record, bool closeInputWithClient)
    {
        _loop = loop;
        _buffer = buffer;
        _record = record;
        _closeInputWithClient = closeInputWithClient;
    }

    /// <summary>Called when everything that was written has been read, and again when the last client after that has gone.</summary>
    internal Action? OnEnd { get; set; }

    internal bool IsTerminal => _terminal is not null;

    /// <summary>Nothing more will come out.</summary>
    internal bool Ended { get; private set; }

    internal bool IsInputBusy => _sink is { IsBusy: true };

    /// <summary>Clients that still have output to take.</summary>
    internal bool HasClients => _clients.Count > 0;

    internal Span<byte> InputBuffer => _buffer.Span[..(16 << 10)];

    /// <summary>Makes pipes for a process without a terminal.</summary>
    /// <param name="openInput">Otherwise its input is empty.</param>
    internal StandardStreams MakePipes(bool openInput, SafeFileHandle nothing)
    {
        _input = openInput ? new Pipe() : null;
        _output = new Pipe(PipeBytes);
        _error = new Pipe(PipeBytes);
        return new StandardStreams(_input?.Reader ?? nothing, _output.Writer, _error.Writer);
    }

    /// <summary>The process has its ends: begin to serve ours.</summary>
    /// <param name="terminal">The master, when it has one; ours from now on.</param>
    /// <param name="openInput">Of a terminal: whether what clients type goes in.</param>
    internal void Open(SafeFileHandle? terminal, bool openInput)
    {
        if (terminal is not null)
        {
            _terminal = terminal;
            Descriptor.SetNonBlocking(terminal);
            Watch(terminal, OutputKind.StandardOutput);
            _sink = openInput ? new InputSink(_loop, Descriptor.Duplicate(terminal), isTerminal: true) : null;
        }
        else
        {
            CloseChildEnds();
            Watch(_output!.Reader, OutputKind.StandardOutput);
            Watch(_error!.Reader, OutputKind.StandardError);
            _sink = _input is null ? null : new InputSink(_loop, _input.Writer, isTerminal: false);
        }

        if (_sink is not null)
        {
            _sink.OnDrained = () => _clients.ForEach(client => client.UpdateInterest());
        }
    }

    internal void Attach(Attachment client) => _clients.Add(client);

    /// <summary>A client has gone.</summary>
    internal void Detach(Attachment client)
    {
        _clients.Remove(client);
        UpdateFlow();
        if (Ended && _clients.Count == 0)
        {
            OnEnd?.Invoke();
        }
    }

    internal void Input(ReadOnlySpan<byte> bytes) => _sink?.Write(bytes);

    internal void InputEnded()
    {
        if (_closeInputWithClient)
        {
            _sink?.End();
        }
    }

    internal void Resize(ushort rows, ushort columns)
    {
        if (_terminal is not null)
        {
            TerminalControl.SetSize(_terminal, rows, columns);
        }
    }

    /// <summary>Output stands still while any client is far behind. A slow reader slows the process down, as a pipe would.</summary>
    internal void UpdateFlow()
    {
        bool flows = !_patient || !_clients.Exists(client => client.IsSlow);
        foreach (OutputSource source in _sources)
        {
            _loop.SetInterest(source, flows ? Readiness.Readable : Readiness.None);
        }
    }

    /// <summary>The process has gone: what is left in its pipes is read whoever is slow, because the log must have all of it.</summary>
    internal void Drain()
    {
        _patient = false;
        _sink?.Close();
        UpdateFlow();
    }

    /// <summary>Something that was not the process holds its output open: that is not waited for.</summary>
    internal void EndNow()
    {
        foreach (OutputSource source in _sources.ToArray())
        {
            End(source);
        }
    }

    internal void OnOutput(OutputSource source)
    {
        Span<byte> buffer = _buffer.Span;
        int count = Descriptor.Read(source.Handle, buffer[FrameHeader..]);
        if (count == 0)
        {
            End(source);
        }
        else if (count > 0)
        {
            Deliver(source.Kind, buffer[..(FrameHeader + count)]);
        }
    }

    /// <summary>Frees what a process that could not be made was to have, or what one that has ended had.</summary>
    public void Dispose()
    {
        _input?.Dispose();
        _output?.Dispose();
        _error?.Dispose();
        _terminal?.Dispose();
    }

    private void Deliver(OutputKind kind, Span<byte> framed)
    {
        _record?.Write(kind, framed[FrameHeader..]);
        if (_clients.Count == 0)
        {
            return;
        }

        framed[..FrameHeader].Clear();
        framed[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(framed[4..], framed.Length - FrameHeader);
        for (int i = _clients.Count - 1; i >= 0; i--)
        {
            _clients[i].Output(kind, framed);
        }

        UpdateFlow();
    }

    private void Watch(SafeFileHandle handle, OutputKind kind)
    {
        Descriptor.SetNonBlocking(handle);
        var source = new OutputSource(handle, kind, this);
        _sources.Add(source);
        _loop.Add(source, Readiness.Readable);
    }

    private void End(OutputSource source)
    {
        _record?.End(source.Kind);
        _loop.Remove(source);
        _sources.Remove(source);
        source.Handle.Dispose();
        if (_sources.Count > 0)
        {
            return;
        }

        Ended = true;
        _sink?.Close();
        foreach (Attachment client in _clients.ToArray())
        {
            client.Finish();
        }

        OnEnd?.Invoke();
    }

    /// <summary>Held open here, they would never be at their end.</summary>
    private void CloseChildEnds()
    {
        _input?.Reader.Dispose();
        _output!.Writer.Dispose();
        _error!.Writer.Dispose();
    }
}
