using Wharf.Engine.Logs;

namespace Wharf.Engine.Containers;

/// <summary>
/// What can be done with containers: the table of contents of this folder, one file per verb. Containers are named by id, unique id prefix
/// or name; one that does not exist is <see cref="ErrorKind.NotFound"/>, in Docker's words. Cancelling a token stops the waiting, never a
/// change that has begun.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1822", Justification = "Signatures landed before their implementation.")]
public sealed class ContainerService
{
    /// <summary>Makes a container, not running. <c>CreateContainer.cs</c></summary>
    public Task<CreateResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken) => Todo<Task<CreateResult>>();

    /// <summary>Runs a container's program. <c>StartContainer.cs</c></summary>
    /// <returns>False when it was running already.</returns>
    public Task<bool> StartAsync(string container, CancellationToken cancellationToken) => Todo<Task<bool>>();

    /// <summary>Asks a container to end, and kills it after a while. <c>StopContainer.cs</c></summary>
    /// <param name="signal">Null takes the container's own.</param>
    /// <param name="timeoutSeconds">Null takes the container's own; negative waits for ever.</param>
    /// <returns>False when it was not running.</returns>
    public Task<bool> StopAsync(string container, string? signal, int? timeoutSeconds, CancellationToken cancellationToken) => Todo<Task<bool>>();

    /// <summary>Stop, then start. <c>RestartContainer.cs</c></summary>
    public Task RestartAsync(string container, string? signal, int? timeoutSeconds, CancellationToken cancellationToken) => Todo<Task>();

    /// <summary>Sends a signal, SIGKILL when null. <c>KillContainer.cs</c></summary>
    public Task KillAsync(string container, string? signal, CancellationToken cancellationToken) => Todo<Task>();

    /// <summary>Freezes all processes. <c>PauseContainer.cs</c></summary>
    public Task PauseAsync(string container, CancellationToken cancellationToken) => Todo<Task>();

    public Task UnpauseAsync(string container, CancellationToken cancellationToken) => Todo<Task>();

    /// <summary>
    /// Waits for an end. Registered, or refused with an exception, before this returns: an exit right afterwards is not missed.
    /// <c>WaitForContainer.cs</c>
    /// </summary>
    public Task<WaitResult> WaitAsync(string container, WaitCondition condition, CancellationToken cancellationToken) => Todo<Task<WaitResult>>();

    /// <summary>Removes a container and all that is its own. <c>RemoveContainer.cs</c></summary>
    /// <param name="force">Kill it first if it runs.</param>
    /// <param name="removeVolumes">Its anonymous volumes too.</param>
    public Task RemoveAsync(string container, bool force, bool removeVolumes, CancellationToken cancellationToken) => Todo<Task>();

    /// <summary><c>RenameContainer.cs</c></summary>
    public Task RenameAsync(string container, string newName, CancellationToken cancellationToken) => Todo<Task>();

    /// <summary>Changes limits and restart policy, of a running container too. <c>UpdateContainer.cs</c></summary>
    /// <returns>Warnings.</returns>
    public Task<IReadOnlyList<string>> UpdateAsync(string container, UpdateRequest request, CancellationToken cancellationToken) =>
        Todo<Task<IReadOnlyList<string>>>();

    /// <summary>The container as it is now.</summary>
    public ContainerSnapshot Find(string container) => Todo<ContainerSnapshot>();

    /// <summary>Matching containers, newest first. <c>ListContainers.cs</c></summary>
    public IReadOnlyList<ContainerSnapshot> List(ListRequest request) => Todo<IReadOnlyList<ContainerSnapshot>>();

    /// <summary>Writes the log, and with follow goes on until the container ends. <c>ReadLogs.cs</c></summary>
    public Task ReadLogsAsync(string container, LogRequest request, Stream output, CancellationToken cancellationToken) => Todo<Task>();

    /// <summary>
    /// Prepares an attachment, of a container that has not been started yet too: it then sees every byte from the first on.
    /// <c>AttachToContainer.cs</c>
    /// </summary>
    public Task<IStreamSession> AttachAsync(string container, AttachRequest request, CancellationToken cancellationToken) =>
        Todo<Task<IStreamSession>>();

    /// <summary>Tells the container's terminal its size. <c>ResizeTerminal.cs</c></summary>
    public Task ResizeAsync(string container, int rows, int columns, CancellationToken cancellationToken) => Todo<Task>();

    /// <summary>Prepares another program in a running container. <c>ExecInContainer.cs</c></summary>
    /// <returns>The exec's id.</returns>
    public string CreateExec(string container, ExecCreateRequest request) => Todo<string>();

    /// <summary>Claims a created exec for one client; the program starts in <see cref="IStreamSession.RunAsync"/>.</summary>
    /// <param name="consoleSize">Initial size of the terminal, if it has one.</param>
    public IStreamSession AttachExec(string exec, ConsoleSize? consoleSize) => Todo<IStreamSession>();

    /// <summary>Starts a created exec with nobody attached.</summary>
    public Task StartExecAsync(string exec, ConsoleSize? consoleSize, CancellationToken cancellationToken) => Todo<Task>();

    public Task ResizeExecAsync(string exec, int rows, int columns, CancellationToken cancellationToken) => Todo<Task>();

    public ExecSnapshot FindExec(string exec) => Todo<ExecSnapshot>();

    /// <summary>Processes of a container. <c>ListProcesses.cs</c></summary>
    /// <param name="psArguments">Options as ps(1) takes them; null is <c>-ef</c>.</param>
    public Task<TopResult> TopAsync(string container, string? psArguments, CancellationToken cancellationToken) => Todo<Task<TopResult>>();

    /// <summary>Removes the containers that do not run. <c>PruneContainers.cs</c></summary>
    public Task<PruneResult> PruneAsync(IReadOnlyDictionary<string, IReadOnlyList<string>> filters, CancellationToken cancellationToken) =>
        Todo<Task<PruneResult>>();

    /// <summary>Bytes written into a container's own layer, and those of the image beneath. <c>MeasureContainer.cs</c></summary>
    public ContainerSize Measure(string container) => Todo<ContainerSize>();

    private static T Todo<T>() => throw new WharfException(ErrorKind.NotImplemented, "This verb is landing soon");
}
