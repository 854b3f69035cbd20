using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Wharf.Linux.Fds;

/// <summary>
/// Lets asynchronous code wait for descriptors that .NET cannot (pidfds, inotify): one thread for all of them, started with the first.
/// </summary>
public static class DescriptorWaiter
{
    private static readonly ConcurrentDictionary<long, TaskCompletionSource> Waiting = new();
    private static readonly Lazy<Epoll> Shared = new(Start);
    private static long s_lastToken;

    /// <summary>Completes when the descriptor is readable: data is there, or the process of a pidfd has ended.</summary>
    /// <remarks>One wait at a time for a descriptor, and it stays open until that is over.</remarks>
    public static async Task WaitReadableAsync(SafeHandle descriptor, CancellationToken cancellationToken)
    {
        long token = Interlocked.Increment(ref s_lastToken);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Waiting[token] = ready;
        Shared.Value.Watch(descriptor, Readiness.Readable, token);
        try
        {
            await ready.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Waiting.TryRemove(token, out _);
            Shared.Value.Forget(descriptor);
        }
    }

    private static Epoll Start()
    {
        var epoll = new Epoll();
        new Thread(() => Run(epoll), maxStackSize: 256 << 10) { IsBackground = true, Name = "descriptors" }.Start();
        return epoll;
    }

    private static void Run(Epoll epoll)
    {
        var ready = new ReadyDescriptor[32];
        while (true)
        {
            int count = epoll.Wait(ready, milliseconds: -1);
            for (int i = 0; i < count; i++)
            {
                if (Waiting.TryGetValue(ready[i].Token, out TaskCompletionSource? waiter))
                {
                    waiter.TrySetResult();
                }
            }
        }
    }
}
