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
    private List<PendingAttachment> _pending = [];
    private CancellationTokenSource? _restartDelay;
    private TaskCompletionSource? _run;

    internal string Id { get; } = snapshot.Id;

    internal AsyncLock Gate { get; } = new();

    internal ContainerSnapshot Snapshot => _snapshot;

    /// <summary>Connection to the monitor while there is a process; null otherwise. Set by the writer.</summary>
    internal IMonitor? Monitor { get; set; }

    /// <summary>The last pause before an automatic restart. Writer.</summary>
    internal TimeSpan RestartPause { get; set; }

    /// <summary>It has been removed: whoever waited for the gate finds nothing to work on. Writer.</summary>
    internal bool Removed { get; set; }

    /// <summary>A restart by hand is under way: the end of this run does not remove a container that removes itself. Writer.</summary>
    internal bool KeepOnEnd { get; set; }

    /// <summary>Completes when the current process has gone and what it used is cleared away.</summary>
    internal Task RunEnded => _run?.Task ?? Task.CompletedTask;

    /// <summary>Replaces what readers see. Writer.</summary>
    internal void Publish(ContainerSnapshot snapshot) => _snapshot = snapshot;

    /// <summary>A process begins. Writer.</summary>
    internal void BeginRun(IMonitor monitor)
    {
        Monitor = monitor;
        _run = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>The process has gone and is cleared away. Writer.</summary>
    internal void EndRun() => _run?.TrySetResult();

    /// <summary>Writer.</summary>
    internal void AddPending(PendingAttachment attachment) => _pending.Add(attachment);

    /// <summary>Gives those who attached before the start their streams, before a byte of output can be lost. Writer.</summary>
    internal async Task ConnectPendingAsync(IMonitor monitor)
    {
        foreach (PendingAttachment attachment in Interlocked.Exchange(ref _pending, []))
        {
            attachment.Connect(await monitor.AttachAsync(attachment.Request, CancellationToken.None));
        }
    }

    /// <summary>There will be no streams. Writer.</summary>
    internal void AbandonPending()
    {
        foreach (PendingAttachment attachment in Interlocked.Exchange(ref _pending, []))
        {
            attachment.Abandon();
        }
    }

    /// <returns>Cancelled by <see cref="CancelRestart"/> or with the engine. Writer.</returns>
    internal CancellationToken BeginRestartDelay(CancellationToken stopping)
    {
        CancelRestart();
        _restartDelay = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        return _restartDelay.Token;
    }

    /// <summary>Writer.</summary>
    internal void CancelRestart()
    {
        _restartDelay?.Cancel();
        _restartDelay?.Dispose();
        _restartDelay = null;
    }

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
            return WaitAsync(waiter, cancellationToken);
        }
    }

    /// <summary>A container may run for months: who has stopped waiting must not stay in its list.</summary>
    private async Task<WaitResult> WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        try
        {
            return await waiter.Done.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            lock (_waitersGate)
            {
                _waiters.Remove(waiter);
            }

            throw;
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

    private sealed class Waiter(WaitCondition condition)
    {
        private readonly TaskCompletionSource<WaitResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal WaitCondition Condition { get; } = condition;

        internal Task<WaitResult> Done => _done.Task;

        internal void Complete(WaitResult result) => _done.TrySetResult(result);
    }
}
