namespace Wharf.Engine.Containers.Lifecycle;

/// <summary>Work that nobody waits for but the engine's own end: watching monitors, clearing away what ended containers leave.</summary>
internal sealed class BackgroundWork : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _running = [];
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Cancelled when the engine closes: for what waits, not for what cleans up.</summary>
    internal CancellationToken Stopping => _stopping.Token;

    /// <param name="work">Handles its own failures.</param>
    internal void Run(Func<Task> work)
    {
        Task task = Task.Run(work);
        lock (_gate)
        {
            _running.Add(task);
        }

        _ = task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Tells what waits to stop, and waits for what cleans up.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();

        // Work that ends may leave more work behind.
        while (Snapshot() is { Length: > 0 } left)
        {
            await Task.WhenAll(left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task[] Snapshot()
    {
        lock (_gate)
        {
            _running.RemoveWhere(task => task.IsCompleted);
            return [.. _running];
        }
    }

    private void Forget(Task task)
    {
        lock (_gate)
        {
            _running.Remove(task);
        }
    }
}
