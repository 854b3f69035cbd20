using Microsoft.Win32.SafeHandles;
using Wharf.Linux;
using Wharf.Linux.Fds;
using Wharf.Linux.Files;
using Wharf.Linux.Memory;
using Wharf.Linux.Processes;
using Wharf.Linux.Sockets;
using Wharf.Oci.Monitor;
using Wharf.Oci.RuntimeSpec;
using Wharf.Runtime.Commands;
using Wharf.Runtime.Create;

namespace Wharf.Runtime.Monitor;

/// <summary>
/// <c>wharf-runtime monitor</c>: makes one container, is its parent, owns its streams and its log, executes further programs in it, and
/// records how it ended. It outlives the engine that started it: what it knows it tells to whoever connects.
/// <code>
/// fd 3 ── Configure ──►  pipes, log, container (its init waits), monitor.sock  ── Created ──►
///      ── Start ──────►  init executes                                          ── Started ─►
///                        loop: output → log and clients, clients → input, exec, signals, resize
///                        init has gone: read what is left, exit.json, remove the cgroup ── Exited ──►
/// </code>
/// One thread and one epoll: see <see cref="EventLoop"/>.
/// </summary>
internal sealed class MonitorProcess : IDisposable
{
    /// <summary>How long output is waited for that something else holds open once init has gone.</summary>
    private const int DrainMilliseconds = 2000;

    /// <summary>After this long without anything to do, memory is given back.</summary>
    private const int QuietMilliseconds = 300;

    private const int ReadBufferBytes = 128 << 10;
    private const uint LogMode = 0x180; // 0600

    private readonly EventLoop _loop = new();
    private readonly PageBuffer _buffer = new(ReadBufferBytes);
    private readonly List<Connection> _connections = [];
    private readonly Configure _configuration;
    private readonly JsonFileLog? _log;
    private readonly ProcessStreams _streams;
    private readonly CreatedContainer _container;
    private readonly ContainerExecs _execs;
    private readonly HealthMonitor? _health;
    private readonly Watched _listener;
    private readonly Watched _init;
    private long _started;
    private int? _exitCode;
    private Exited? _exited;
    private bool _over;

    private MonitorProcess(Configure configuration, SafeFileHandle control)
    {
        _configuration = configuration;
        _log = configuration.Log.Driver == "json-file" ? new JsonFileLog(configuration.Log) : null;
        _streams = new ProcessStreams(_loop, _buffer, _log, closeInputWithClient: configuration.StdinOnce) { OnEnd = OnStreamsEnd };
        Spec spec = Bundle.Read(configuration.Bundle).Spec;
        _container = MakeContainer(configuration, spec);
        _execs = new ContainerExecs(_loop, _buffer, configuration, spec, _container, StopIfDone);
        _health = configuration.Health is { } health ? new HealthMonitor(_loop, _execs, health, configuration.RunDirectory, Tell) : null;

        SafeFileHandle listener = UnixSocket.Listen(configuration.RunDirectory, MonitorProtocol.SocketName);
        _listener = new Watched(listener, Accept);
        _loop.Add(_listener, Readiness.Readable);
        _init = new Watched(_container.PidFd, OnInitExit);
        _loop.Add(_init, Readiness.Readable);
        Connection engine = Add(control);
        engine.IsControl = true;
        engine.Send(new MonitorMessage { Created = new Created(_container.Pid, _container.StartTime, Environment.ProcessId) });
    }

    /// <summary>Waits on descriptor 3 to be told what container this is for, and serves it until it is over.</summary>
    internal static int Execute()
    {
        SafeFileHandle control = Descriptor.Inherited(MonitorProtocol.ControlDescriptor);
        StandApart();
        if (ReceiveConfiguration(control) is not { } configuration)
        {
            return 0; // A spare that was not needed.
        }

        using (SafeFileHandle lastWords = Descriptor.OpenAppend(Path.Combine(configuration.RunDirectory, "monitor.log"), LogMode))
        {
            Descriptor.BecomeStandardError(lastWords);
        }

        try
        {
            using var monitor = new MonitorProcess(configuration, control);
            monitor._loop.Run(QuietMilliseconds, monitor.Rest);
            return 0;
        }
        catch (RuntimeFailure failure)
        {
            Descriptor.WriteAll(control, MonitorFrame.Encode(new MonitorMessage { Failed = failure.Failed }));
            return 1;
        }
        catch (LinuxException failure)
        {
            Descriptor.WriteAll(control, MonitorFrame.Encode(new MonitorMessage { Failed = RuntimeFailure.From(failure).Failed }));
            return 1;
        }
    }

    public void Dispose()
    {
        _streams.Dispose();
        _log?.Dispose();
        _loop.Dispose();
        _buffer.Dispose();
    }

    /// <summary>What ends or stops the engine is not meant for its containers, and a machine short of memory must not lose their records first.</summary>
    private static void StandApart()
    {
        Signals.Ignore(Signals.HangUp, Signals.Interrupt, Signals.Quit, Signals.Terminate, Signals.BrokenPipe);

        // It was executed by descriptor, of which the kernel made a name.
        KernelFile.Write("/proc/self/comm", "wharf-runtime");
        OomScore.TrySetOwn(OomScore.Monitor);
    }

    private static Configure? ReceiveConfiguration(SafeFileHandle control)
    {
        Span<byte> header = stackalloc byte[MonitorFrame.HeaderBytes];
        if (!Descriptor.ReadExactly(control, header))
        {
            return null;
        }

        byte[] body = new byte[MonitorFrame.BodyLength(header)];
        return Descriptor.ReadExactly(control, body) ? MonitorFrame.Decode(body).Configure : null;
    }

    private CreatedContainer MakeContainer(Configure configuration, Spec spec)
    {
        bool terminal = spec.Process?.Terminal is true;
        using SafeFileHandle nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        CreatedContainer container = ContainerFactory.Create(new CreateRequest
        {
            Id = configuration.Id,
            Spec = spec,
            Bundle = configuration.Bundle,
            SeccompCache = configuration.SeccompCache,
            Streams = terminal ? null : _streams.MakePipes(configuration.OpenStdin, nothing),
        });
        OomScore.Reset(container.Pid, spec.Process?.OomScoreAdj);
        _streams.Open(container.TerminalMaster, configuration.OpenStdin);
        return container;
    }

    private Connection Add(SafeFileHandle socket)
    {
        var connection = new Connection(_loop, socket, OnMessage, OnConnectionClosed);
        _connections.Add(connection);
        return connection;
    }

    private void Accept()
    {
        while (UnixSocket.Accept(_listener.Handle) is { } socket)
        {
            Add(socket);
        }
    }

    private void OnMessage(Connection connection, MonitorMessage message)
    {
        try
        {
            Handle(connection, message);
        }
        catch (RuntimeFailure failure)
        {
            connection.Send(new MonitorMessage { Sequence = message.Sequence, Failed = failure.Failed });
        }
        catch (LinuxException failure)
        {
            connection.Send(new MonitorMessage { Sequence = message.Sequence, Failed = RuntimeFailure.From(failure).Failed });
        }
    }

    private void Handle(Connection connection, MonitorMessage message)
    {
        switch (message)
        {
            case { Hello: not null }:
                connection.IsControl = true;
                connection.Send(new MonitorMessage { Sequence = message.Sequence, Snapshot = TakeSnapshot() });
                break;
            case { Start: not null }:
                Start(connection, message.Sequence);
                break;
            case { Signal: { } signal }:
                Signal(signal);
                connection.Send(new MonitorMessage { Sequence = message.Sequence, Done = new Done() });
                break;
            case { Resize: { } resize }:
                (resize.ExecId is { } id ? _execs.Find(id).Streams : _streams).Resize(resize.Rows, resize.Columns);
                connection.Send(new MonitorMessage { Sequence = message.Sequence, Done = new Done() });
                break;
            case { Probing: { } probing }:
                SetProbing(probing.On);
                connection.Send(new MonitorMessage { Sequence = message.Sequence, Done = new Done() });
                break;
            case { Attach: { } attach }:
                RequireAlive();
                BecomeClient(connection, _streams, attach, new MonitorMessage { Attached = new Attached() });
                break;
            case { Exec: { } exec }:
                RequireAlive();
                Execute(connection, exec);
                break;
            default:
                connection.Close();
                break;
        }
    }

    private void Start(Connection connection, int? sequence)
    {
        try
        {
            _container.Start();
        }
        catch (RuntimeFailure failure)
        {
            connection.Send(new MonitorMessage { Sequence = sequence, Failed = failure.Failed });
            Undo();
            return;
        }

        _started = UnixClock.Nanoseconds;
        connection.Send(new MonitorMessage { Sequence = sequence, Started = new Started(_started) });
        _health?.Start();
    }

    private void SetProbing(bool on)
    {
        if (_exitCode is not null || _over)
        {
            return;
        }

        if (on)
        {
            _health?.Resume();
        }
        else
        {
            _health?.Suspend();
        }
    }

    private void Signal(Signal signal)
    {
        if (signal.ExecId is { } id)
        {
            _execs.Find(id).Signal(signal.Number);
        }
        else if (_exitCode is null)
        {
            PidFd.Signal(_container.PidFd, signal.Number);
        }
    }

    private void Execute(Connection connection, Exec exec)
    {
        if (_started == 0)
        {
            throw NotRunning();
        }

        ExecSession session = _execs.Start(exec, record: null, OnExecEnd);
        BecomeClient(
            connection,
            session.Streams,
            new Attach { Stdin = exec.Stdin, Stdout = exec.Stdout, Stderr = exec.Stderr },
            new MonitorMessage { ExecStarted = new ExecStarted(session.Pid) });
    }

    /// <summary>The connection carries raw bytes from here on.</summary>
    private void BecomeClient(Connection connection, ProcessStreams streams, Attach wanted, MonitorMessage answer)
    {
        _connections.Remove(connection);
        SafeFileHandle socket = connection.TakeOver(out byte[] pending);
        var client = new Attachment(_loop, socket, streams, wanted);
        streams.Attach(client);
        client.Answer(MonitorFrame.Encode(answer));
        if (pending.Length > 0 && wanted.Stdin)
        {
            streams.Input(pending);
        }
    }

    /// <summary>An engine that goes is nothing special, unless it was in the middle of a start: then nobody is told, so it is undone.</summary>
    private void OnConnectionClosed(Connection connection)
    {
        _connections.Remove(connection);
        if (_started == 0 && !_over && connection.IsControl && !_connections.Exists(other => other.IsControl))
        {
            Undo();
        }
    }

    private void Undo()
    {
        _over = true;
        _loop.Remove(_init);
        _container.Abandon();
        _streams.EndNow();
        StopServing();
        StopIfDone();
    }

    private void OnInitExit()
    {
        if (PidFd.Wait(_container.PidFd, block: false) is { } end)
        {
            _exitCode = end.Code;
            _health?.Stop();
            _loop.Remove(_init);
            _loop.After(DrainMilliseconds, _streams.EndNow);
            _streams.Drain();
            OnStreamsEnd();
        }
    }

    /// <summary>Called when output is through, and whenever a client has gone after that.</summary>
    private void OnStreamsEnd()
    {
        if (_exitCode is { } code && _streams.Ended && _exited is null)
        {
            Finish(code);
        }

        StopIfDone();
    }

    /// <summary>Nothing more will happen in the container: write down how it ended, clear away, and tell.</summary>
    private void Finish(int code)
    {
        _exited = new Exited(code, _container.Cgroup.OutOfMemoryKills() > 0, UnixClock.Nanoseconds);
        AtomicFile.Write(
            Path.Combine(_configuration.RunDirectory, MonitorProtocol.ExitFileName),
            ExitRecord.Encode(_exited));
        _container.Delete();
        _execs.EndAll();
        _log?.Dispose();
        StopServing();
        _over = true;
        Tell(new MonitorMessage { Exited = _exited });
    }

    private void OnExecEnd(ExecSession session)
    {
        _execs.Remember(session);
        Tell(new MonitorMessage { ExecExited = new ExecExited(session.Id, session.ExitCode!.Value) });
    }

    private void Tell(MonitorMessage message)
    {
        foreach (Connection connection in _connections.Where(connection => connection.IsControl).ToArray())
        {
            connection.Send(message);
        }
    }

    private void StopServing()
    {
        if (_listener.Token != 0)
        {
            _loop.Remove(_listener);
            _listener.Handle.Dispose();
            File.Delete(Path.Combine(_configuration.RunDirectory, MonitorProtocol.SocketName));
        }
    }

    /// <summary>Slow clients get what they have not taken yet; they are the only ones still waited for.</summary>
    private void StopIfDone()
    {
        if (_over && !_streams.HasClients && !_execs.HaveClients)
        {
            _loop.Stop();
        }
    }

    private Snapshot TakeSnapshot() => new()
    {
        Pid = _container.Pid,
        StartTime = _container.StartTime,
        MonitorPid = Environment.ProcessId,
        Started = _started != 0,
        StartedUnixNanoseconds = _started,
        Exited = _exited,
        Health = _health?.Record,
        Execs = _execs.Snapshots(),
    };

    private void RequireAlive()
    {
        if (_exitCode is not null || _over)
        {
            throw NotRunning();
        }
    }

    private RuntimeFailure NotRunning() =>
        new(FailureKind.Internal, "exec", _configuration.Id, Errno.ESRCH, $"container {_configuration.Id} is not running");

    private void Rest()
    {
        _buffer.Release();
        _log?.Rest();
        ProcessMemory.GiveBack();
    }
}
