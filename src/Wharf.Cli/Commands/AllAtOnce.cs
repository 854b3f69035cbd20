namespace Wharf.Cli.Commands;

/// <summary>Makes several requests at a time. They block, so each has a thread; one alone stays on the caller's.</summary>
internal static class AllAtOnce
{
    private const int MostThreads = 50;

    /// <summary>Results in the order of the items; what failed has its failure instead.</summary>
    internal static (T? Done, Exception? Failure)[] Run<T>(IReadOnlyList<string> items, Func<string, T> act)
        where T : class
    {
        var results = new (T? Done, Exception? Failure)[items.Count];
        int taken = -1;
        if (items.Count == 1)
        {
            Work();
            return results;
        }

        Thread[] threads = [.. Enumerable.Range(0, Math.Min(items.Count, MostThreads)).Select(_ => new Thread(Work))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return results;

        void Work()
        {
            for (int i = Interlocked.Increment(ref taken); i < items.Count; i = Interlocked.Increment(ref taken))
            {
                try
                {
                    results[i] = (act(items[i]), null);
                }
                catch (Exception e)
                {
                    results[i] = (null, e);
                }
            }
        }
    }
}
