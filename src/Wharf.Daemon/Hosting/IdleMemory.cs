namespace Wharf.Daemon.Hosting;

/// <summary>
/// Gives memory back when the daemon has gone quiet. The collector by itself only runs when more is allocated, so after a burst of work an
/// idle daemon would sit on tens of megabytes for days.
/// </summary>
internal static class IdleMemory
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Allocated within an interval by a daemon that does nothing but answer a health check.</summary>
    private const long QuietBytes = 512 << 10;

    /// <summary>Less than this since the last time is not worth a collection.</summary>
    private const long WorthwhileBytes = 4 << 20;

    internal static async Task WatchAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval);
        long last = 0;
        long collected = 0;
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            long allocated = GC.GetTotalAllocatedBytes();
            if (allocated - last < QuietBytes && allocated - collected > WorthwhileBytes)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                collected = allocated;
            }

            last = allocated;
        }
    }
}
