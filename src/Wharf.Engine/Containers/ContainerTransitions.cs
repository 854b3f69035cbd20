namespace Wharf.Engine.Containers;

/// <summary>Something that happens to a container.</summary>
public enum ContainerEvent
{
    Start,
    Pause,
    Unpause,

    /// <summary>The process ended and nothing will start it again.</summary>
    Exit,

    /// <summary>The process ended and the restart policy will start it again after a pause.</summary>
    ExitToRestart,

    /// <summary>A start failed before the program ran.</summary>
    StartFailed,

    /// <summary>The pause before a restart was cut short by stop, kill or rm.</summary>
    RestartCancelled,

    Remove,

    /// <summary>Removal stopped half-way.</summary>
    RemoveFailed,
}

/// <summary>
/// The life of a container, as one pure function. A pair that is not listed cannot happen, or must not; the verb says so to its caller.
/// <code>
///            Start            Pause
/// created ──────────► running ◄────► paused
///    │                │  ▲ │            │
///    │   ExitToRestart│  │ │Exit        │ Exit
///    │                ▼  │Start         ▼
///    │            restarting ──────► exited ── Start ──► running
///    │                  RestartCancelled │
///    └──── Remove ──────────────────────┴──► removing ── RemoveFailed ──► dead ── Remove ──► removing
/// </code>
/// </summary>
public static class ContainerTransitions
{
    /// <returns>The status afterwards, or null when the event does not fit.</returns>
    public static ContainerStatus? Next(ContainerStatus status, ContainerEvent happened) => (status, happened) switch
    {
        (ContainerStatus.Created or ContainerStatus.Exited or ContainerStatus.Restarting, ContainerEvent.Start) => ContainerStatus.Running,
        (ContainerStatus.Running, ContainerEvent.Pause) => ContainerStatus.Paused,
        (ContainerStatus.Paused, ContainerEvent.Unpause) => ContainerStatus.Running,
        (ContainerStatus.Running or ContainerStatus.Paused, ContainerEvent.Exit) => ContainerStatus.Exited,
        (ContainerStatus.Running or ContainerStatus.Paused, ContainerEvent.ExitToRestart) => ContainerStatus.Restarting,

        // Docker leaves a container that has never run in "created", with the reason in State.Error.
        (ContainerStatus.Created, ContainerEvent.StartFailed) => ContainerStatus.Created,
        (ContainerStatus.Exited or ContainerStatus.Restarting, ContainerEvent.StartFailed) => ContainerStatus.Exited,
        (ContainerStatus.Restarting, ContainerEvent.RestartCancelled) => ContainerStatus.Exited,
        (ContainerStatus.Created or ContainerStatus.Exited or ContainerStatus.Dead, ContainerEvent.Remove) => ContainerStatus.Removing,
        (ContainerStatus.Removing, ContainerEvent.RemoveFailed) => ContainerStatus.Dead,
        _ => null,
    };
}
