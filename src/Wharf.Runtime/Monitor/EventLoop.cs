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
    private readonly List<(long Due, Action Action)> _timers = [];
    private long _lastToken;

    /// <summary>True once nothing is left to be done.</summary>
    internal bool Stopped { get; private set; }

    internal void Stop() => Stopped = true;

    /// <summary>Calls <paramref name="action"/> once, so many milliseconds from now.</summary>
    internal void After(int milliseconds, Action action) => _timers.Add((Environment.TickCount64 + milliseconds, action));

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

            if (_timers.Count > 0)
            {
                CallDue();
            }
            else if (count == 0 && !quiet)
            {
                onQuiet();
            }

            quiet = count == 0;
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
        foreach ((long due, Action _) in _timers)
        {
            int left = (int)Math.Clamp(due - Environment.TickCount64, 0, int.MaxValue);
            milliseconds = milliseconds < 0 ? left : Math.Min(left, milliseconds);
        }

        return milliseconds;
    }

    private void CallDue()
    {
        for (int i = _timers.Count - 1; i >= 0; i--)
        {
            (long due, Action action) = _timers[i];
            if (Environment.TickCount64 >= due)
            {
                _timers.RemoveAt(i);
                action();
            }
        }
    }
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
