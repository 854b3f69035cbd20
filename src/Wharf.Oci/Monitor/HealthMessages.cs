namespace Wharf.Oci.Monitor;

/// <summary>What a monitor is told about the health check of its container. Defaults are filled in by the engine; times in milliseconds.</summary>
public sealed record HealthSettings
{
    /// <summary>Executed for each probe, as an exec would be.</summary>
    public required RuntimeSpec.Process Process { get; init; }

    /// <summary>From the end of one probe to the start of the next, and before the first.</summary>
    public long Interval { get; init; }

    /// <summary>A probe that takes longer has failed, and is killed.</summary>
    public long Timeout { get; init; }

    /// <summary>Failures in this time after the start do not count.</summary>
    public long StartPeriod { get; init; }

    /// <summary>The interval within <see cref="StartPeriod"/>.</summary>
    public long StartInterval { get; init; }

    /// <summary>Failures in a row that make the container unhealthy.</summary>
    public int Retries { get; init; }
}

/// <summary>Stops probing, before the container is frozen, or begins again. Sent only to a monitor that was given <see cref="HealthSettings"/>.</summary>
public sealed record Probing(bool On);

/// <param name="ExecId">A name for this run of the probe, given by the monitor.</param>
public sealed record ProbeStarted(string ExecId);

/// <summary>A probe has ended and this is what is known now.</summary>
/// <param name="ExitCode">Null when its program could not be executed.</param>
public sealed record ProbeEnded(string ExecId, int? ExitCode, HealthRecord Health);

public enum HealthStatus
{
    Starting,
    Healthy,
    Unhealthy,
}

/// <summary>The health of a container since its start. Also the content of <c>health.json</c>.</summary>
/// <param name="Log">The newest results, oldest first.</param>
public sealed record HealthRecord(HealthStatus Status, int FailingStreak, IReadOnlyList<ProbeResult> Log);

/// <summary>How one probe ended.</summary>
/// <param name="Start">Unix nanoseconds, as <paramref name="End"/>.</param>
/// <param name="ExitCode">-1 when the probe had none of its own.</param>
/// <param name="Output">The beginning of what it wrote.</param>
/// <param name="TimedOut">It was killed because it took too long.</param>
/// <param name="Failed">Why it could not be executed.</param>
public sealed record ProbeResult(long Start, long End, int ExitCode, string Output, bool TimedOut = false, Failed? Failed = null);
