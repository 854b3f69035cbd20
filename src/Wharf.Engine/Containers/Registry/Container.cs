using Wharf.Engine.Execution;

namespace Wharf.Engine.Containers.Registry;

/// <summary>
/// One container in memory. <see cref="Gate"/> admits one writer; readers take <see cref="Snapshot"/> and never wait. What is marked "writer"
/// is touched only inside the gate.
/// </summary>
internal sealed class Container(ContainerSnapshot snapshot)
{
    private readonly Lock _waitersGate = new();
    private readonly List<Waiter> _waiters = [];
    private volatile ContainerSnapshot _snapshot = snapshot;

    internal string Id { get; } = snapshot.Id;

    internal AsyncLock Gate { get; } = new();

    internal ContainerSnapshot Snapshot => _snapshot;

    /// <summary>Connection to the monitor while there is a process; null otherwise. Writer.</summary>
    internal IMonitor? Monitor { get; set; }

    /// <summary>Attachments made before the start, to be connected between create and start. Writer.</summary>
    internal List<PendingAttachment> PendingAttachments { get; } = [];

    /// <summary>Cancels the pause before the next automatic restart. Writer.</summary>
    internal CancellationTokenSource? RestartDelay { get; set; }

    /// <summary>How long the next pause before a restart is. Writer.</summary>
    internal TimeSpan RestartBackoff { get; set; }

    /// <summary>Completes when the current process has been dealt with: state published, waiters told.</summary>
    internal TaskCompletionSource Ended { get; private set; } = Completed();

    /// <summary>Replaces what readers see. Writer.</summary>
    internal void Publish(ContainerSnapshot snapshot) => _snapshot = snapshot;

    /// <summary>A process begins. Writer.</summary>
    internal void BeginRun() => Ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Registers a waiter, or completes it at once when the condition holds already.</summary>
    internal Task<WaitResult> WaitFor(WaitCondition condition, CancellationToken cancellationToken)
    {
        lock (_waitersGate)
        {
            ContainerState state = _snapshot.State;
            if (condition == WaitCondition.NotRunning && !state.IsRunning)
            {
                return Task.FromResult(new WaitResult(state.ExitCode, null));
            }

            var waiter = new Waiter(condition);
            _waiters.Add(waiter);
            return waiter.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Tells everybody who waits for one of <paramref name="conditions"/>.</summary>
    internal void Notify(WaitResult result, params ReadOnlySpan<WaitCondition> conditions)
    {
        lock (_waitersGate)
        {
            for (int i = _waiters.Count - 1; i >= 0; i--)
            {
                if (conditions.Contains(_waiters[i].Condition))
                {
                    _waiters[i].Complete(result);
                    _waiters.RemoveAt(i);
                }
            }
        }
    }

    private static TaskCompletionSource Completed()
    {
        var completed = new TaskCompletionSource();
        completed.SetResult();
        return completed;
    }

    private sealed class Waiter(WaitCondition condition)
    {
        private readonly TaskCompletionSource<WaitResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal WaitCondition Condition { get; } = condition;

        internal void Complete(WaitResult result) => _done.TrySetResult(result);

        internal Task<WaitResult> WaitAsync(CancellationToken cancellationToken) => _done.Task.WaitAsync(cancellationToken);
    }
}
