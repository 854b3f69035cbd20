namespace Wharf.Engine.Containers;

/// <summary>The one status of a container; Docker's many booleans are derived from it.</summary>
public enum ContainerStatus
{
    Created,
    Running,
    Paused,
    Restarting,
    Removing,
    Exited,

    /// <summary>Removal began and could not be finished; it may be tried again.</summary>
    Dead,
}

/// <summary>What has happened to a container so far. Replaced as a whole on every transition (<see cref="ContainerTransitions"/>).</summary>
public sealed record ContainerState
{
    public ContainerStatus Status { get; init; }

    /// <summary>Init's process id, 0 when there is none.</summary>
    public int Pid { get; init; }

    /// <summary>Field 22 of /proc/PID/stat: with <see cref="Pid"/> it names one process for ever.</summary>
    public ulong PidStartTime { get; init; }

    public int ExitCode { get; init; }

    /// <summary>Why the last start failed; empty otherwise.</summary>
    public string Error { get; init; } = "";

    public bool OomKilled { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The user stopped it: <c>unless-stopped</c> and <c>always</c> then hold still until the next start.</summary>
    public bool StoppedByUser { get; init; }

    /// <summary>Null unless the container has been started with a health check.</summary>
    public ContainerHealth? Health { get; init; }

    /// <summary>Docker's <c>Running</c>: paused and restarting containers count.</summary>
    public bool IsRunning => Status is ContainerStatus.Running or ContainerStatus.Paused or ContainerStatus.Restarting;

    /// <summary>There is a process now.</summary>
    public bool HasProcess => Status is ContainerStatus.Running or ContainerStatus.Paused;
}
