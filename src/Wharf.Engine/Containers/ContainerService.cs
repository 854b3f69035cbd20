using Wharf.Engine.Containers.Execs;
using Wharf.Engine.Containers.Files;
using Wharf.Engine.Containers.Health;
using Wharf.Engine.Containers.Lifecycle;
using Wharf.Engine.Containers.Stats;
using Wharf.Engine.Logs;
using Wharf.Linux.Cgroups;

namespace Wharf.Engine.Containers;

/// <summary>
/// What can be done with containers: the table of contents of this folder, one file per verb. Containers are named by id, unique id prefix
/// or name; one that does not exist is <see cref="ErrorKind.NotFound"/>, in Docker's words. Cancelling a token stops the waiting, never a
/// change that has begun.
/// </summary>
public sealed class ContainerService : IAsyncDisposable
{
    private readonly ContainerDependencies _engine;
    private readonly CreateContainer _create;
    private readonly StartContainer _start;
    private readonly StopContainer _stop;
    private readonly StopAllContainers _stopAll;
    private readonly RestartContainer _restart;
    private readonly KillContainer _kill;
    private readonly PauseContainer _pause;
    private readonly WaitForContainer _wait;
    private readonly RemoveContainer _remove;
    private readonly RenameContainer _rename;
    private readonly UpdateContainer _update;
    private readonly ListContainers _list;
    private readonly ReadLogs _logs;
    private readonly AttachToContainer _attach;
    private readonly ResizeTerminal _resize;
    private readonly ExecInContainer _exec;
    private readonly ListProcesses _top;
    private readonly PruneContainers _prune;
    private readonly MeasureContainer _measure;
    private readonly ConnectContainer _connect;
    private readonly CommitContainer _commit;
    private readonly ExportContainer _export;
    private readonly CopyFromContainer _copyFrom;
    private readonly CopyToContainer _copyTo;
    private readonly DiffContainer _diff;
    private readonly ContainerStats _stats;
    private readonly RecoverContainers _recover;

    internal ContainerService(ContainerDependencies engine, ILogReader logs)
    {
        _engine = engine;
        _create = new CreateContainer(engine);
        _remove = new RemoveContainer(engine);
        var end = new ContainerEnd(engine, _remove);
        var health = new WatchHealth(engine);
        _start = new StartContainer(engine, end, health);
        _pause = new PauseContainer(engine);
        _kill = new KillContainer(engine, _pause);
        _stop = new StopContainer(engine, _kill);
        _stopAll = new StopAllContainers(engine, _stop);
        _restart = new RestartContainer(engine, _stop, _start);
        _wait = new WaitForContainer(engine);
        _rename = new RenameContainer(engine);
        _update = new UpdateContainer(engine);
        _list = new ListContainers(engine);
        _logs = new ReadLogs(engine, logs);
        _attach = new AttachToContainer(engine, _logs);
        _resize = new ResizeTerminal(engine);
        _exec = new ExecInContainer(engine, new ExecRegistry(engine.Clock));
        _top = new ListProcesses(engine);
        _prune = new PruneContainers(engine, _remove);
        _measure = new MeasureContainer(engine);
        _connect = new ConnectContainer(engine);
        _commit = new CommitContainer(engine, _pause);
        _export = new ExportContainer(engine);
        _copyFrom = new CopyFromContainer(engine);
        _copyTo = new CopyToContainer(engine);
        _diff = new DiffContainer(engine);
        _stats = new ContainerStats(engine);
        _recover = new RecoverContainers(engine, end, _start, _remove, health);

        // Two circles: an ended container may start again, and a removal may have to stop first.
        end.StartAgain = _start.StartLockedAsync;
        _remove.Stop = _stop;
    }

    /// <summary>Makes a container, not running. <c>CreateContainer.cs</c></summary>
    public Task<CreateResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken) => _create.RunAsync(request);

    /// <summary>Runs a container's program. <c>StartContainer.cs</c></summary>
    /// <returns>False when it was running already.</returns>
    public Task<bool> StartAsync(string container, CancellationToken cancellationToken) => _start.RunAsync(container, cancellationToken);

    /// <summary>Asks a container to end, and kills it after a while. <c>StopContainer.cs</c></summary>
    /// <param name="signal">Null takes the container's own.</param>
    /// <param name="timeoutSeconds">Null takes the container's own; negative waits for ever.</param>
    /// <returns>False when it was not running.</returns>
    public Task<bool> StopAsync(string container, string? signal, int? timeoutSeconds, CancellationToken cancellationToken) =>
        _stop.RunAsync(container, signal, timeoutSeconds, cancellationToken);

    /// <summary>Stops everything, because the engine ends; restart policies take effect with the next one. <c>StopAllContainers.cs</c></summary>
    /// <param name="timeoutSeconds">The most that a container gets before SIGKILL; negative leaves each its own.</param>
    public Task StopAllAsync(int timeoutSeconds) => _stopAll.RunAsync(timeoutSeconds);

    /// <summary>Stop, then start. <c>RestartContainer.cs</c></summary>
    public Task RestartAsync(string container, string? signal, int? timeoutSeconds, CancellationToken cancellationToken) =>
        _restart.RunAsync(container, signal, timeoutSeconds, cancellationToken);

    /// <summary>Sends a signal, SIGKILL when null. <c>KillContainer.cs</c></summary>
    public Task KillAsync(string container, string? signal, CancellationToken cancellationToken) =>
        _kill.RunAsync(container, signal, cancellationToken);

    /// <summary>Freezes all processes. <c>PauseContainer.cs</c></summary>
    public Task PauseAsync(string container, CancellationToken cancellationToken) => _pause.PauseAsync(container, cancellationToken);

    public Task UnpauseAsync(string container, CancellationToken cancellationToken) => _pause.UnpauseAsync(container, cancellationToken);

    /// <summary>
    /// Waits for an end. Registered, or refused with an exception, before this returns: an exit right afterwards is not missed.
    /// <c>WaitForContainer.cs</c>
    /// </summary>
    public Task<WaitResult> WaitAsync(string container, WaitCondition condition, CancellationToken cancellationToken) =>
        _wait.Run(container, condition, cancellationToken);

    /// <summary>Removes a container and all that is its own. <c>RemoveContainer.cs</c></summary>
    /// <param name="force">Kill it first if it runs.</param>
    /// <param name="removeVolumes">Its anonymous volumes too.</param>
    public Task RemoveAsync(string container, bool force, bool removeVolumes, CancellationToken cancellationToken) =>
        _remove.RunAsync(container, force, removeVolumes, cancellationToken);

    /// <summary><c>RenameContainer.cs</c></summary>
    public Task RenameAsync(string container, string newName, CancellationToken cancellationToken) =>
        _rename.RunAsync(container, newName, cancellationToken);

    /// <summary>Changes limits and restart policy, of a running container too. <c>UpdateContainer.cs</c></summary>
    /// <returns>Warnings.</returns>
    public Task<IReadOnlyList<string>> UpdateAsync(string container, UpdateRequest request, CancellationToken cancellationToken) =>
        _update.RunAsync(container, request, cancellationToken);

    /// <summary>Puts a container on one more network. <c>ConnectContainer.cs</c></summary>
    public Task ConnectAsync(string container, string network, EndpointSettings settings, CancellationToken cancellationToken) =>
        _connect.ConnectAsync(container, network, settings, cancellationToken);

    /// <summary>Takes a container off a network. <c>ConnectContainer.cs</c></summary>
    public Task DisconnectAsync(string container, string network, CancellationToken cancellationToken) =>
        _connect.DisconnectAsync(container, network, cancellationToken);

    /// <summary>The container as it is now.</summary>
    public ContainerSnapshot Find(string container) => _engine.Registry.Find(container).Snapshot;

    /// <summary>Matching containers, newest first. <c>ListContainers.cs</c></summary>
    public IReadOnlyList<ContainerSnapshot> List(ListRequest request) => _list.Run(request);

    /// <summary>Writes the log, and with follow goes on until the container ends. <c>ReadLogs.cs</c></summary>
    public Task ReadLogsAsync(string container, LogRequest request, Stream output, CancellationToken cancellationToken) =>
        _logs.RunAsync(container, request, output, cancellationToken);

    /// <summary>
    /// Prepares an attachment, of a container that has not been started yet too: it then sees every byte from the first on.
    /// <c>AttachToContainer.cs</c>
    /// </summary>
    public Task<IStreamSession> AttachAsync(string container, AttachRequest request, CancellationToken cancellationToken) =>
        _attach.RunAsync(container, request, cancellationToken);

    /// <summary>Tells the container's terminal its size. <c>ResizeTerminal.cs</c></summary>
    public Task ResizeAsync(string container, int rows, int columns, CancellationToken cancellationToken) =>
        _resize.RunAsync(container, rows, columns);

    /// <summary>Prepares another program in a running container. <c>ExecInContainer.cs</c></summary>
    /// <returns>The exec's id.</returns>
    public string CreateExec(string container, ExecCreateRequest request) => _exec.Create(container, request);

    /// <summary>Claims a created exec for one client; the program starts in <see cref="IStreamSession.RunAsync"/>.</summary>
    /// <param name="consoleSize">Initial size of the terminal, if it has one.</param>
    public IStreamSession AttachExec(string exec, ConsoleSize? consoleSize) => _exec.Attach(exec, consoleSize);

    /// <summary>Starts a created exec with nobody attached.</summary>
    public Task StartExecAsync(string exec, ConsoleSize? consoleSize, CancellationToken cancellationToken) =>
        _exec.StartDetachedAsync(exec, consoleSize);

    public Task ResizeExecAsync(string exec, int rows, int columns, CancellationToken cancellationToken) =>
        _exec.ResizeAsync(exec, rows, columns);

    public ExecSnapshot FindExec(string exec) => _exec.Find(exec);

    /// <summary>Processes of a container. <c>ListProcesses.cs</c></summary>
    /// <param name="psArguments">Options as ps(1) takes them; null is <c>-ef</c>.</param>
    public TopResult Top(string container, string? psArguments) => _top.Run(container, psArguments);

    /// <summary>Removes the containers that do not run. <c>PruneContainers.cs</c></summary>
    public Task<PruneResult> PruneAsync(IReadOnlyDictionary<string, IReadOnlyList<string>> filters, CancellationToken cancellationToken) =>
        _prune.RunAsync(filters, cancellationToken);

    /// <summary>Bytes written into a container's own layer, and those of the image beneath. <c>MeasureContainer.cs</c></summary>
    public ContainerSize Measure(string container) => _measure.Run(container);

    /// <summary>Makes an image of what a container has written. <c>CommitContainer.cs</c></summary>
    /// <returns>The image's id.</returns>
    public Task<string> CommitAsync(string container, ContainerCommit request, CancellationToken cancellationToken) =>
        _commit.RunAsync(container, request, cancellationToken);

    /// <summary>Writes a container's whole root as a tar. <c>ExportContainer.cs</c></summary>
    public Task ExportAsync(string container, Stream output, CancellationToken cancellationToken) => _export.RunAsync(container, output, cancellationToken);

    /// <summary>What is at a path of a container, a link itself unless the path ends with a slash. <c>Files/CopyFromContainer.cs</c></summary>
    public Task<ContainerFile> StatAsync(string container, string path, CancellationToken cancellationToken) =>
        _copyFrom.StatAsync(container, path, cancellationToken);

    /// <summary>Prepares an archive of a file or directory of a container. <c>Files/CopyFromContainer.cs</c></summary>
    public Task<ContainerArchive> CopyFromAsync(string container, string path, CancellationToken cancellationToken) =>
        _copyFrom.OpenAsync(container, path, cancellationToken);

    /// <summary>Unpacks an archive in a directory of a container. <c>Files/CopyToContainer.cs</c></summary>
    public Task CopyToAsync(string container, CopyRequest request, Stream archive, CancellationToken cancellationToken) =>
        _copyTo.RunAsync(container, request, archive, cancellationToken);

    /// <summary>What a container has made of its image's files. <c>Files/DiffContainer.cs</c></summary>
    public IReadOnlyList<FileChange> Diff(string container) => _diff.Run(container);

    /// <summary>What a container uses now; null when it does not run. <c>Stats/ContainerStats.cs</c></summary>
    public ContainerSample? ReadStats(string container) => _stats.Read(container);

    /// <summary>What a container uses, every second. <c>Stats/StatsSampler.cs</c></summary>
    public StatsSubscription WatchStats(string container) => _stats.Watch(container);

    /// <summary>Takes over what runs and repairs what a crash left; once, before anything else. <c>RecoverContainers.cs</c></summary>
    internal Task RecoverAsync(CancellationToken cancellationToken) => _recover.RunAsync(cancellationToken);

    /// <summary>Lets go of the containers, which run on, and finishes clearing away those that ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _engine.Background.DisposeAsync();
        _stats.Dispose();
        new Cgroup(_engine.Cgroups, _engine.Options.InstanceName).DeleteIfEmpty();
    }
}
