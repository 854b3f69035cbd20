using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Fds;

namespace Wharf.Runtime.Monitor;

/// <summary>
/// The monitor's one thread: waits for descriptors and calls what is registered for them. Nothing here blocks for long, nothing allocates per
/// event, and there is no lock because there is nobody else.
/// </summary>
internal sealed class EventLoop : IDisposable
{
    private const int BatchSize = 32;
    private readonly Epoll _epoll = new();
    private readonly Dictionary<long, EventSource> _sources = [];
    private readonly ReadyDescriptor[] _ready = new ReadyDescriptor[BatchSize];
    private readonly List<LoopTimer> _timers = [];
    private long _lastToken;

    /// <summary>True once nothing is left to be done.</summary>
    internal bool Stopped { get; private set; }

    internal void Stop() => Stopped = true;

    /// <summary>Calls <paramref name="action"/> once, so many milliseconds from now.</summary>
    /// <returns>For <see cref="Cancel"/>.</returns>
    internal LoopTimer After(long milliseconds, Action action)
    {
        long now = Environment.TickCount64;
        var timer = new LoopTimer(milliseconds > long.MaxValue - now ? long.MaxValue : now + milliseconds, action);
        _timers.Add(timer);
        return timer;
    }

    internal void Cancel(LoopTimer timer) => _timers.Remove(timer);

    /// <summary>Runs until <see cref="Stop"/>.</summary>
    /// <param name="onQuiet">Called when nothing has happened for <paramref name="quietMilliseconds"/>.</param>
    internal void Run(int quietMilliseconds, Action onQuiet)
    {
        bool quiet = false;
        while (!Stopped)
        {
            int count = _epoll.Wait(_ready, Patience(quiet ? -1 : quietMilliseconds));
            for (int i = 0; i < count && !Stopped; i++)
            {
                // What was ready may have been removed by a handler before it in this batch.
                if (_sources.TryGetValue(_ready[i].Token, out EventSource? source))
                {
                    source.OnReady(_ready[i].Readiness);
                }
            }

            // A timer that is hours away is no reason to hold on to memory.
            bool idle = !CallDue() && count == 0;
            if (idle && !quiet)
            {
                onQuiet();
            }

            quiet = idle;
        }
    }

    internal void Add(EventSource source, Readiness interest)
    {
        source.Token = ++_lastToken;
        source.Interest = interest;
        _sources.Add(source.Token, source);
        _epoll.Watch(source.Handle, interest, source.Token);
    }

    internal void SetInterest(EventSource source, Readiness interest)
    {
        if (source.Token != 0 && source.Interest != interest)
        {
            source.Interest = interest;
            _epoll.Change(source.Handle, interest, source.Token);
        }
    }

    internal void Remove(EventSource source)
    {
        if (source.Token != 0)
        {
            _sources.Remove(source.Token);
            source.Token = 0;
            _epoll.Forget(source.Handle);
        }
    }

    public void Dispose() => _epoll.Dispose();

    private int Patience(int milliseconds)
    {
        foreach (LoopTimer timer in _timers)
        {
            int left = (int)Math.Clamp(timer.Due - Environment.TickCount64, 0, int.MaxValue);
            milliseconds = milliseconds < 0 ? left : Math.Min(left, milliseconds);
        }

        return milliseconds;
    }

    /// <returns>False when none was due.</returns>
    private bool CallDue()
    {
        bool any = false;
        while (!Stopped && _timers.Find(timer => Environment.TickCount64 >= timer.Due) is { } due)
        {
            any = true;
            _timers.Remove(due);
            due.Action();
        }

        return any;
    }
}

/// <summary>Something to be done at a time of <see cref="Environment.TickCount64"/>.</summary>
internal sealed class LoopTimer(long due, Action action)
{
    internal long Due { get; } = due;

    internal Action Action { get; } = action;
}

/// <summary>A descriptor in the loop, and what to do when it is ready.</summary>
internal abstract class EventSource(SafeFileHandle handle)
{
    internal SafeFileHandle Handle { get; } = handle;

    /// <summary>The loop's name for it; 0 while it is in none.</summary>
    internal long Token { get; set; }

    internal Readiness Interest { get; set; }

    internal abstract void OnReady(Readiness readiness);
}
