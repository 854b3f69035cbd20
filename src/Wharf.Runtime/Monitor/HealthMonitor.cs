using Wharf.Linux.Files;
using Wharf.Oci.Monitor;

namespace Wharf.Runtime.Monitor;

/// <summary>
/// Watches the health of a container that runs: executes its probe again and again, counts, and tells. One probe at a time; the next begins
/// an interval after the last has ended. See docs/health.md.
/// </summary>
internal sealed class HealthMonitor(EventLoop loop, ContainerExecs execs, HealthSettings settings, string runDirectory, Action<MonitorMessage> tell)
{
    private const int MaxResults = 5;
    private long _started;
    private LoopTimer? _timer;
    private Probe? _probe;

    internal HealthRecord Record { get; private set; } = new(HealthStatus.Starting, 0, []);

    /// <summary>The container's program runs.</summary>
    internal void Start()
    {
        _started = UnixClock.Nanoseconds;
        Save();
        ScheduleNext();
    }

    /// <summary>Before the container is frozen: a probe half-way into it would hold up the loop. A probe that runs is killed and does not count.</summary>
    internal void Suspend()
    {
        Stop();
        Record = Record with { Status = HealthStatus.Unhealthy };
        Save();
    }

    internal void Resume()
    {
        if (_timer is null && _probe is null)
        {
            ScheduleNext();
        }
    }

    /// <summary>The container has gone, or is halted.</summary>
    internal void Stop()
    {
        if (_timer is { } timer)
        {
            loop.Cancel(timer);
            _timer = null;
        }

        _probe?.Session?.Kill();
        _probe = null;
    }

    private void ScheduleNext()
    {
        bool starting = Record.Status == HealthStatus.Starting && IsInStartPeriod(UnixClock.Nanoseconds);
        _timer = loop.After(starting ? settings.StartInterval : settings.Interval, Begin);
    }

    private bool IsInStartPeriod(long now) => (now - _started) / 1_000_000 < settings.StartPeriod;

    private void Begin()
    {
        var probe = new Probe();
        _probe = probe;
        _timer = loop.After(settings.Timeout, () => GiveUp(probe));
        tell(new MonitorMessage { ProbeStarted = new ProbeStarted(probe.Id) });
        try
        {
            probe.Session = execs.Start(
                new Exec { ExecId = probe.Id, Process = settings.Process }, probe.Output, session => End(probe, session.ExitCode!.Value, failed: null));
        }
        catch (RuntimeFailure failure)
        {
            End(probe, exitCode: null, failure.Failed);
        }
    }

    /// <summary>Its end is heard of in <see cref="End"/>.</summary>
    private void GiveUp(Probe probe)
    {
        _timer = null;
        probe.TimedOut = true;
        probe.Session?.Kill();
    }

    private void End(Probe probe, int? exitCode, Failed? failed)
    {
        if (_probe != probe)
        {
            return; // Called off.
        }

        Stop();
        var result = new ProbeResult(
            probe.Start, UnixClock.Nanoseconds, probe.TimedOut ? -1 : exitCode ?? -1, probe.Output.Text, probe.TimedOut, failed);
        Record = Count(result) with { Log = [.. Record.Log.TakeLast(MaxResults - 1), result] };
        Save();
        tell(new MonitorMessage { ProbeEnded = new ProbeEnded(probe.Id, exitCode, Record) });
        ScheduleNext();
    }

    private HealthRecord Count(ProbeResult result)
    {
        if (result.ExitCode == 0)
        {
            return Record with { Status = HealthStatus.Healthy, FailingStreak = 0 };
        }

        if (Record.Status == HealthStatus.Starting && IsInStartPeriod(result.Start))
        {
            return Record;
        }

        int streak = Record.FailingStreak + 1;
        return Record with { FailingStreak = streak, Status = streak >= settings.Retries ? HealthStatus.Unhealthy : Record.Status };
    }

    private void Save() => AtomicFile.Write(Path.Combine(runDirectory, MonitorProtocol.HealthFileName), HealthFile.Encode(Record));

    private sealed class Probe
    {
        /// <summary>As long as the engine's ids of execs.</summary>
        internal string Id { get; } = $"{Guid.NewGuid():N}{Guid.NewGuid():N}";

        internal long Start { get; } = UnixClock.Nanoseconds;

        internal ProbeOutput Output { get; } = new();

        internal ExecSession? Session { get; set; }

        internal bool TimedOut { get; set; }
    }
}
