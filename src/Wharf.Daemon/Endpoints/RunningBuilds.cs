using System.Collections.Concurrent;

namespace Wharf.Daemon.Endpoints;

/// <summary>Builds that a client gave an id (<c>buildid</c>), so that another request can stop them (<c>POST /build/cancel</c>).</summary>
internal sealed class RunningBuilds
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _builds = new(StringComparer.Ordinal);

    /// <summary>Remembers a build until it is through. Of two with one id, the later one can be stopped.</summary>
    internal async Task RunAsync(string? id, Func<CancellationToken, Task> build, CancellationToken clientGone)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clientGone);
        if (id is not null)
        {
            _builds[id] = stop;
        }

        try
        {
            await build(stop.Token);
        }
        finally
        {
            if (id is not null)
            {
                _builds.TryRemove(new KeyValuePair<string, CancellationTokenSource>(id, stop));
            }
        }
    }

    /// <summary>One that has ended meanwhile is as stopped as can be.</summary>
    internal void Cancel(string id)
    {
        if (_builds.TryRemove(id, out CancellationTokenSource? stop))
        {
            stop.Cancel();
        }
    }
}
