using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux;
using Wharf.Linux.Processes;
using Wharf.Linux.Sockets;
using Wharf.Oci.Monitor;

namespace Wharf.Engine.Execution;

/// <summary>
/// The engine's end of a control connection. One loop receives: answers go to whoever asked, by sequence number, events to the tasks that
/// stand for them.
/// </summary>
internal sealed class MonitorClient : IMonitor
{
    /// <summary>What an exec is given whose end nobody was there to see.</summary>
    private const int KilledExitCode = 137;

    private readonly MonitorConnection _connection;
    private readonly string _runDirectory;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<MonitorMessage>> _asked = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<int>> _execs = new();
    private readonly TaskCompletionSource<Exited> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<MonitorMessage> _probes = Channel.CreateUnbounded<MonitorMessage>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _receiving;
    private int _lastSequence;
    private volatile bool _closed;
    private volatile bool _disposed;

    internal MonitorClient(MonitorConnection connection, string runDirectory, Snapshot snapshot)
    {
        _connection = connection;
        _runDirectory = runDirectory;
        Snapshot = snapshot;
        if (snapshot.Exited is { } exited)
        {
            _exited.SetResult(exited);
        }

        _receiving = ReceiveAsync();
    }

    public Snapshot Snapshot { get; }

    public Task<Exited> Exited => _exited.Task;

    public ChannelReader<MonitorMessage> Probes => _probes.Reader;

    public async Task<Started> StartAsync(CancellationToken cancellationToken)
    {
        MonitorMessage answer = await AskAsync(new MonitorMessage { Start = new Start() }, cancellationToken);
        return answer.Started ?? throw Unexpected("start");
    }

    public Task SignalAsync(int number, string? execId, CancellationToken cancellationToken) =>
        AskAsync(new MonitorMessage { Signal = new Signal(number, execId) }, cancellationToken);

    public Task ResizeAsync(int rows, int columns, string? execId, CancellationToken cancellationToken) =>
        AskAsync(
            new MonitorMessage { Resize = new Resize((ushort)Math.Clamp(rows, 0, ushort.MaxValue), (ushort)Math.Clamp(columns, 0, ushort.MaxValue), execId) },
            cancellationToken);

    public Task SetProbingAsync(bool on, CancellationToken cancellationToken) =>
        AskAsync(new MonitorMessage { Probing = new Probing(on) }, cancellationToken);

    public async Task<Stream> AttachAsync(Attach request, CancellationToken cancellationToken)
    {
        (MonitorMessage _, MonitorStream stream) = await OpenAsync(new MonitorMessage { Attach = request }, cancellationToken);
        return stream;
    }

    public async Task<RunningExec> ExecAsync(Exec request, CancellationToken cancellationToken)
    {
        // The event may overtake the answer: it comes on another connection.
        var exitCode = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        _execs[request.ExecId] = exitCode;
        try
        {
            (MonitorMessage answer, MonitorStream stream) = await OpenAsync(new MonitorMessage { Exec = request }, cancellationToken);
            if (_closed)
            {
                exitCode.TrySetResult(KilledExitCode);
            }

            return new RunningExec(answer.ExecStarted?.Pid ?? 0, stream, exitCode.Task);
        }
        catch
        {
            _execs.TryRemove(request.ExecId, out _);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        _connection.Dispose();
        await _receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Makes a connection whose first exchange is messages and whose rest is a process's streams.</summary>
    private async Task<(MonitorMessage Answer, MonitorStream Stream)> OpenAsync(MonitorMessage request, CancellationToken cancellationToken)
    {
        SafeSocketHandle handle = UnixSocket.TryConnect(_runDirectory, MonitorProtocol.SocketName) ?? throw Gone();
        var connection = new MonitorConnection(new Socket(handle));
        try
        {
            await connection.SendAsync(request, cancellationToken);
            MonitorMessage answer = await connection.ReceiveAsync(cancellationToken) ?? throw Gone();
            return answer.Failed is { } failed ? throw new MonitorFailedException(failed) : (answer, connection.BecomeStream());
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private async Task<MonitorMessage> AskAsync(MonitorMessage request, CancellationToken cancellationToken)
    {
        int sequence = Interlocked.Increment(ref _lastSequence);
        var answer = new TaskCompletionSource<MonitorMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[sequence] = answer;
        try
        {
            await _connection.SendAsync(request with { Sequence = sequence }, cancellationToken);
            if (_closed)
            {
                throw Gone();
            }

            MonitorMessage received = await answer.Task.WaitAsync(cancellationToken);
            return received.Failed is { } failed ? throw new MonitorFailedException(failed) : received;
        }
        finally
        {
            _asked.TryRemove(sequence, out _);
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (await _connection.ReceiveAsync(CancellationToken.None) is { } message)
            {
                Dispatch(message);
            }
        }
        catch (Exception failure) when (failure is InvalidDataException or ObjectDisposedException)
        {
            // Nonsense on the line, or we closed it ourselves: either way there is nothing more to be had from it.
        }

        _closed = true;
        _probes.Writer.TryComplete();
        foreach (TaskCompletionSource<MonitorMessage> waiter in _asked.Values)
        {
            waiter.TrySetException(Gone());
        }

        foreach (TaskCompletionSource<int> exec in _execs.Values)
        {
            exec.TrySetResult(KilledExitCode);
        }

        if (_disposed)
        {
            _exited.TrySetCanceled();
        }
        else if (!_exited.Task.IsCompleted)
        {
            EndOrphan();
            _exited.TrySetException(new IOException("the container's monitor ended without saying how the container did"));
        }
    }

    /// <summary>A monitor that was killed leaves its container without anybody to read its output or record its end: it goes too.</summary>
    private void EndOrphan()
    {
        try
        {
            using SafeFileHandle init = PidFd.Open(Snapshot.Pid);
            if (PidFd.StartTime(Snapshot.Pid) == Snapshot.StartTime)
            {
                PidFd.Kill(init);
            }
        }
        catch (LinuxException gone) when (gone.Errno == Errno.ESRCH)
        {
            // It went with its monitor.
        }
    }

    private void Dispatch(MonitorMessage message)
    {
        if (message.Sequence is { } sequence)
        {
            if (_asked.TryGetValue(sequence, out TaskCompletionSource<MonitorMessage>? waiter))
            {
                waiter.TrySetResult(message);
            }
        }
        else if (message is { ProbeStarted: not null } or { ProbeEnded: not null })
        {
            _probes.Writer.TryWrite(message);
        }
        else if (message.Exited is { } exited)
        {
            _exited.TrySetResult(exited);
        }
        else if (message.ExecExited is { } exec && _execs.TryRemove(exec.ExecId, out TaskCompletionSource<int>? exitCode))
        {
            exitCode.TrySetResult(exec.ExitCode);
        }
    }

    private static WharfException Gone() => WharfException.Conflict("the container's monitor has gone: the container is not running");

    private static WharfException Unexpected(string request) => new(ErrorKind.Internal, $"the container's monitor did not answer '{request}' as agreed");
}
