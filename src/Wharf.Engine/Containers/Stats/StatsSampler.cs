using System.Threading.Channels;
using Wharf.Engine.Containers.Registry;

namespace Wharf.Engine.Containers.Stats;

/// <summary>
/// Reads the counters of all containers that somebody watches, once a second and once for all who watch the same. It runs only while somebody
/// does.
/// </summary>
internal sealed class StatsSampler(ContainerDependencies engine) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly Dictionary<Container, Watched> _watched = [];
    private readonly HostProcessors _processors = new();
    private readonly ulong _installedMemory = (ulong)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
    private bool _runs;

    /// <summary>Reads once, for nobody else.</summary>
    internal ContainerSample? Read(Container container)
    {
        if (!container.Snapshot.State.HasProcess)
        {
            return null;
        }

        using var counters = new ContainerCounters(engine, container.Snapshot);
        return counters.Read(_processors.Read(), _installedMemory);
    }

    /// <summary>One item a second, null while the container does not run; it completes when the container is removed.</summary>
    internal StatsSubscription Subscribe(Container container)
    {
        var channel = Channel.CreateBounded<ContainerSample?>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_gate)
        {
            if (!_watched.TryGetValue(container, out Watched? watched))
            {
                _watched[container] = watched = new Watched();
            }

            watched.Channels.Add(channel);
            if (!_runs)
            {
                _runs = true;
                _ = Task.Run(RunAsync);
            }
        }

        return new StatsSubscription(channel.Reader, () => Unsubscribe(container, channel));
    }

    public void Dispose() => _processors.Dispose();

    private void Unsubscribe(Container container, Channel<ContainerSample?> channel)
    {
        lock (_gate)
        {
            if (_watched.TryGetValue(container, out Watched? watched) && watched.Channels.Remove(channel) && watched.Channels.Count == 0)
            {
                watched.Counters?.Dispose();
                _watched.Remove(container);
            }
        }
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Interval, engine.Clock);
        do
        {
            lock (_gate)
            {
                if (_watched.Count == 0)
                {
                    _runs = false;
                    return;
                }

                SampleAll();
            }
        }
        while (await timer.WaitForNextTickAsync());
    }

    private void SampleAll()
    {
        (ulong Passed, uint Online) processors = _processors.Read();
        foreach ((Container container, Watched watched) in _watched)
        {
            ContainerSample? sample = Sample(container.Snapshot, watched, processors);
            foreach (Channel<ContainerSample?> channel in watched.Channels)
            {
                channel.Writer.TryWrite(sample);
                if (container.Removed)
                {
                    channel.Writer.TryComplete();
                }
            }
        }
    }

    private ContainerSample? Sample(ContainerSnapshot snapshot, Watched watched, (ulong Passed, uint Online) processors)
    {
        if (watched.Counters?.Run != (snapshot.State.Pid, snapshot.State.PidStartTime) || !snapshot.State.HasProcess)
        {
            watched.Counters?.Dispose();
            watched.Counters = snapshot.State.HasProcess ? new ContainerCounters(engine, snapshot) : null;
        }

        return watched.Counters?.Read(processors, _installedMemory);
    }

    private sealed class Watched
    {
        internal List<Channel<ContainerSample?>> Channels { get; } = [];

        internal ContainerCounters? Counters { get; set; }
    }
}

/// <summary>Somebody who watches a container, until it is disposed of.</summary>
public sealed class StatsSubscription : IDisposable
{
    private readonly Action _end;

    internal StatsSubscription(ChannelReader<ContainerSample?> samples, Action end)
    {
        Samples = samples;
        _end = end;
    }

    /// <summary>Null while the container does not run. Who is slow misses some.</summary>
    public ChannelReader<ContainerSample?> Samples { get; }

    public void Dispose() => _end();
}
