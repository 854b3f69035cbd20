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
        Task[] left;
        lock (_gate)
        {
            left = [.. _running];
        }

        await Task.WhenAll(left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private void Forget(Task task)
    {
        lock (_gate)
        {
            _running.Remove(task);
        }
    }
}
