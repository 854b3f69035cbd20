namespace Wharf.Engine.Containers;

/// <summary>Everything <c>POST /containers/create</c> says.</summary>
public sealed record CreateRequest
{
    /// <summary>Null picks one.</summary>
    public string? Name { get; init; }

    /// <summary><c>os/arch[/variant]</c> the image must be of, or null.</summary>
    public string? Platform { get; init; }

    public required ContainerConfig Config { get; init; }
    public HostConfig HostConfig { get; init; } = new();

    /// <summary>Networks to join, by name or id.</summary>
    public IReadOnlyDictionary<string, EndpointSettings> Endpoints { get; init; } = new Dictionary<string, EndpointSettings>();
}

public sealed record CreateResult(string Id, IReadOnlyList<string> Warnings);

public enum WaitCondition
{
    /// <summary>Completes at once if the container does not run.</summary>
    NotRunning,

    /// <summary>The next exit from now on, even if the container has not been started yet.</summary>
    NextExit,

    Removed,
}

/// <param name="Error">Why the container could not be waited for or started; null as a rule.</param>
public sealed record WaitResult(int ExitCode, string? Error);

public sealed record AttachRequest
{
    /// <summary>First write what the log holds already.</summary>
    public bool Logs { get; init; }

    /// <summary>Then follow the live streams; without it, attach ends after the log.</summary>
    public bool Stream { get; init; }

    public bool Stdin { get; init; }
    public bool Stdout { get; init; }
    public bool Stderr { get; init; }

    /// <summary><c>ctrl-p,ctrl-q</c> when null.</summary>
    public string? DetachKeys { get; init; }
}

/// <summary>A connection to a container's streams that has been prepared: what can be refused has been, so the caller may now hijack.</summary>
public interface IStreamSession : IAsyncDisposable
{
    /// <summary>The bytes are a terminal's, plain; otherwise output comes in Docker's 8-byte stdcopy frames.</summary>
    bool Tty { get; }

    /// <summary>
    /// Copies both ways until the process ends, the client goes away or detaches. A read of 0 from <paramref name="client"/> is the client's
    /// half-close and becomes end of file on stdin. Never throws because the client went away.
    /// </summary>
    Task RunAsync(Stream client, CancellationToken cancellationToken);
}

public sealed record ExecCreateRequest
{
    public IReadOnlyList<string> Cmd { get; init; } = [];
    public IReadOnlyList<string> Env { get; init; } = [];
    public string User { get; init; } = "";
    public string WorkingDir { get; init; } = "";
    public bool Tty { get; init; }
    public bool Privileged { get; init; }
    public bool AttachStdin { get; init; }
    public bool AttachStdout { get; init; }
    public bool AttachStderr { get; init; }
    public string? DetachKeys { get; init; }
    public ConsoleSize ConsoleSize { get; init; } = new(0, 0);
}

/// <summary>One exec, as <c>GET /exec/{id}/json</c> shows it. Kept for five minutes after its end.</summary>
public sealed record ExecSnapshot
{
    public required string Id { get; init; }
    public required string ContainerId { get; init; }
    public required ExecCreateRequest Request { get; init; }
    public bool Running { get; init; }
    public int? ExitCode { get; init; }
    public int Pid { get; init; }
}

public sealed record TopResult(IReadOnlyList<string> Titles, IReadOnlyList<IReadOnlyList<string>> Processes);

public sealed record PruneResult(IReadOnlyList<string> Deleted, long SpaceReclaimed);

/// <summary>Which containers <c>ps</c> wants. Filters are Docker's, by name: all names must match, of the values of one any.</summary>
public sealed record ListRequest
{
    /// <summary>Also those that do not run.</summary>
    public bool All { get; init; }

    /// <summary>Only the newest so many, running or not; 0 for no limit.</summary>
    public int Limit { get; init; }

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Filters { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}

/// <summary>What <c>update</c> changes; null or zero members stay as they are.</summary>
public sealed record UpdateRequest
{
    public ResourceLimits Resources { get; init; } = new();
    public RestartPolicy? RestartPolicy { get; init; }
}

/// <param name="Written">Bytes in the container's own layer.</param>
/// <param name="Total">Those and the image's.</param>
public sealed record ContainerSize(long Written, long Total);
