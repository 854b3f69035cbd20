using Wharf.Engine.Execution;

namespace Wharf.Engine.Containers.Execs;

/// <summary>One exec in memory. Claimed once, by whoever starts it.</summary>
internal sealed class ExecEntry(ExecSnapshot snapshot)
{
    private volatile ExecSnapshot _snapshot = snapshot;
    private int _claimed;

    internal ExecSnapshot Snapshot
    {
        get => _snapshot;
        set => _snapshot = value;
    }

    /// <summary>Size of its terminal when it starts; both 0 for the kernel's own.</summary>
    internal ConsoleSize ConsoleSize { get; set; } = new(0, 0);

    internal RunningExec? Running { get; set; }

    /// <returns>False when somebody was earlier.</returns>
    internal bool TryClaim() => Interlocked.Exchange(ref _claimed, 1) == 0;
}
