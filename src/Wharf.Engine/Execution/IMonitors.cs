using System.Threading.Channels;
using Wharf.Oci.Monitor;

namespace Wharf.Engine.Execution;

/// <summary>Starts monitors and finds those that run: what containers need of this folder.</summary>
public interface IMonitors
{
    /// <summary>
    /// Starts a program that will become a monitor, so that it is up by the time a container needs one: its start is hidden behind the
    /// mounting and networking that go before <see cref="ISpareMonitor.CreateAsync"/>.
    /// </summary>
    ISpareMonitor Spawn();

    /// <summary>Connects to the monitor of a container that was running when the engine went away.</summary>
    /// <param name="runDirectory">The container's volatile directory.</param>
    /// <returns>Null when none answers.</returns>
    Task<IMonitor?> ReconnectAsync(string runDirectory, CancellationToken cancellationToken);

    /// <summary>The exit file of a container whose monitor has gone, or null when there is none.</summary>
    Exited? ReadExitFile(string runDirectory);

    /// <summary>What was last known of the health of a container whose monitor has gone, or null.</summary>
    HealthRecord? ReadHealthFile(string runDirectory);
}

/// <summary>A monitor without a container. Disposing it before <see cref="CreateAsync"/> ends it.</summary>
public interface ISpareMonitor : IAsyncDisposable
{
    /// <summary>Makes the container; its init then waits for <see cref="IMonitor.StartAsync"/>.</summary>
    /// <exception cref="MonitorFailedException">A step failed; nothing of the container is left.</exception>
    Task<IMonitor> CreateAsync(Configure configuration, CancellationToken cancellationToken);
}

/// <summary>The control connection to one container's monitor. Disposing closes the connection, not the monitor.</summary>
public interface IMonitor : IAsyncDisposable
{
    /// <summary>Where the monitor stood when the connection was made.</summary>
    Snapshot Snapshot { get; }

    /// <summary>Completes when init has gone and its output is through; faults when the monitor dies first.</summary>
    Task<Exited> Exited { get; }

    /// <exception cref="MonitorFailedException">The program could not be executed; the container has gone.</exception>
    Task<Started> StartAsync(CancellationToken cancellationToken);

    Task SignalAsync(int number, string? execId, CancellationToken cancellationToken);

    Task ResizeAsync(int rows, int columns, string? execId, CancellationToken cancellationToken);

    /// <summary>Stops probing the container's health, or begins again. Only for a container that was given a health check.</summary>
    Task SetProbingAsync(bool on, CancellationToken cancellationToken);

    /// <summary>What the monitor tells of probes, in order; complete when the connection has ended. For one reader.</summary>
    ChannelReader<MonitorMessage> Probes { get; }

    /// <summary>A connection of its own that carries raw bytes both ways; see <see cref="MonitorMessage"/>.</summary>
    Task<Stream> AttachAsync(Attach request, CancellationToken cancellationToken);

    /// <summary>Starts another program in the container.</summary>
    /// <exception cref="MonitorFailedException">It could not be executed.</exception>
    Task<RunningExec> ExecAsync(Exec request, CancellationToken cancellationToken);
}

/// <param name="Stream">Its input and output, as from <see cref="IMonitor.AttachAsync"/>.</param>
/// <param name="ExitCode">Completes when the program has gone.</param>
public sealed record RunningExec(int Pid, Stream Stream, Task<int> ExitCode);

/// <summary>A step inside the monitor failed; carries what it said.</summary>
public sealed class MonitorFailedException(Failed failed) : WharfException(ErrorKind.Internal, failed.Message)
{
    public Failed Failed { get; } = failed;
}
