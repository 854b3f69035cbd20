using Wharf.Engine.Containers.Execs;
using Wharf.Engine.Containers.Lifecycle;
using Wharf.Engine.Containers.Security;
using Wharf.Engine.Execution;
using Wharf.Oci.Monitor;

namespace Wharf.Engine.Containers.Health;

/// <summary>Between a container's health check as it was asked for, what its monitor does and says, and what readers see. Docker's rules and words.</summary>
internal static class HealthChecks
{
    private const int MaxResults = 5;
    private const long NanosecondsInMillisecond = 1_000_000;
    private const long DefaultInterval = 30_000;
    private const long DefaultTimeout = 30_000;
    private const long DefaultStartInterval = 5_000;
    private const int DefaultRetries = 3;

    /// <summary>The command of a container's probe, or null when it has none.</summary>
    internal static IReadOnlyList<string>? CommandOf(ContainerConfig config)
    {
        if (config.HealthCheck?.Test is not { Count: > 1 } test)
        {
            return null;
        }

        return test[0] switch
        {
            "CMD" => [.. test.Skip(1)],
            "CMD-SHELL" => [.. config.Shell is { Count: > 0 } shell ? shell : ["/bin/sh", "-c"], .. test.Skip(1)],
            _ => null,
        };
    }

    /// <summary>For the monitor of a container whose root is mounted; null when there is nothing to probe.</summary>
    internal static HealthSettings? SettingsOf(ContainerSnapshot container)
    {
        if (CommandOf(container.Config) is not { } command || container.Config.HealthCheck is not { } check)
        {
            return null;
        }

        return new HealthSettings
        {
            Process = ExecSpec.Build(
                container, new ExecCreateRequest { Cmd = command }, new ConsoleSize(0, 0), container.Paths.Merged, CapabilitySet.Held),
            Interval = Milliseconds(check.Interval, DefaultInterval),
            Timeout = Milliseconds(check.Timeout, DefaultTimeout),
            StartPeriod = Milliseconds(check.StartPeriod, 0),
            StartInterval = Milliseconds(check.StartInterval, DefaultStartInterval),
            Retries = check.Retries > 0 ? check.Retries : DefaultRetries,
        };
    }

    /// <summary>At the start of a run; what earlier runs left in the log stays to be read.</summary>
    internal static ContainerHealth? Starting(ContainerSnapshot container) =>
        CommandOf(container.Config) is null ? null : new ContainerHealth(HealthStatus.Starting, 0, container.State.Health?.Log ?? []);

    /// <summary>Nobody looks any more: the container is halted or has ended. Docker calls that unhealthy.</summary>
    internal static ContainerHealth? Stopped(ContainerHealth? health) => health is null ? null : health with { Status = HealthStatus.Unhealthy };

    /// <summary>What the monitor knows of this run, after what is known of earlier ones. Saying it twice changes nothing.</summary>
    internal static ContainerHealth Merge(ContainerSnapshot container, HealthRecord record)
    {
        IEnumerable<HealthResult> earlier = (container.State.Health?.Log ?? []).Where(result => result.Start < container.State.StartedAt);
        return new ContainerHealth(
            record.Status, record.FailingStreak, [.. earlier.Concat(record.Log.Select(result => ToResult(container.Config, result))).TakeLast(MaxResults)]);
    }

    internal static string NameOf(HealthStatus status) => status.ToString().ToLowerInvariant();

    private static HealthResult ToResult(ContainerConfig config, ProbeResult result) => new(
        UnixTime.FromNanoseconds(result.Start), UnixTime.FromNanoseconds(result.End), result.ExitCode, OutputOf(config, result));

    private static string OutputOf(ContainerConfig config, ProbeResult result)
    {
        if (result.Failed is { } failed)
        {
            return StartFailure.From(new MonitorFailedException(failed), CommandOf(config)?[0] ?? "", ExecInContainer.FailurePrefix).Message;
        }

        if (!result.TimedOut)
        {
            return result.Output;
        }

        long timeout = Milliseconds(config.HealthCheck?.Timeout ?? 0, DefaultTimeout);
        string exceeded = $"Health check exceeded timeout ({Durations.Format(TimeSpan.FromMilliseconds(timeout))})";
        return result.Output.Length > 0 ? $"{exceeded}: {result.Output}" : exceeded;
    }

    private static long Milliseconds(long nanoseconds, long otherwise) => nanoseconds == 0 ? otherwise : Math.Max(1, nanoseconds / NanosecondsInMillisecond);
}
