using Wharf.Engine.Execution;

namespace Wharf.Engine.Containers.Execs;

/// <summary>One exec in memory. Claimed once, by whoever starts it.</summary>
internal sealed class ExecEntry(ExecSnapshot snapshot)
{
    private volatile ExecSnapshot _snapshot = snapshot;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _claimed;

    internal ExecSnapshot Snapshot
    {
        get => _snapshot;
        set => _snapshot = value;
    }

    /// <summary>Size of its terminal when it starts; both 0 for the kernel's own.</summary>
    internal ConsoleSize ConsoleSize { get; set; } = new(0, 0);

    internal RunningExec? Running { get; set; }

    /// <summary>Done once the snapshot has the exit code.</summary>
    internal Task Ended => _ended.Task;

    internal void End(int? exitCode)
    {
        Snapshot = Snapshot with { Running = false, Pid = 0, ExitCode = exitCode };
        _ended.TrySetResult();
    }

    /// <returns>False when somebody was earlier.</returns>
    internal bool TryClaim() => Interlocked.Exchange(ref _claimed, 1) == 0;
}
