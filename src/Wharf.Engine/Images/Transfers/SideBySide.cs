namespace Wharf.Engine.Images.Transfers;

/// <summary>Several pieces of work at once, of which none is worth finishing when one has failed.</summary>
internal static class SideBySide
{
    /// <summary>Returns when all have ended. The first to fail stops the others, and its failure comes out.</summary>
    internal static async Task RunAsync<T>(IEnumerable<T> items, Func<T, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] all = [.. items.Select(item => work(item, stop.Token))];
        await foreach (Task finished in Task.WhenEach(all).ConfigureAwait(false))
        {
            if (finished.IsFaulted)
            {
                await stop.CancelAsync().ConfigureAwait(false);
            }
        }

        await Task.WhenAll(all).ConfigureAwait(false);
    }
}
