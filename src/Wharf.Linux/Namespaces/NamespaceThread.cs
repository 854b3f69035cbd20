namespace Wharf.Linux.Namespaces;

/// <summary>A thread that has entered a namespace is of no use for anything else: each entry happens on one of its own, never on the pool.</summary>
internal static class NamespaceThread
{
    private const int StackSize = 256 << 10;

    internal static Task RunAsync(string name, Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(
            () =>
            {
                try
                {
                    work();
                    done.SetResult();
                }
                catch (Exception failure)
                {
                    done.SetException(failure);
                }
            },
            StackSize)
        { IsBackground = true, Name = name };
        thread.Start();
        return done.Task;
    }
}
