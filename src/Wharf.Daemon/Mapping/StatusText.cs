using Wharf.Engine.Containers;
using Wharf.Oci.Monitor;

namespace Wharf.Daemon.Mapping;

/// <summary>The status column of <c>ps</c>, and the one-word state beside it.</summary>
internal static class StatusText
{
    internal static string State(ContainerStatus status) => status switch
    {
        ContainerStatus.Created => "created",
        ContainerStatus.Running => "running",
        ContainerStatus.Paused => "paused",
        ContainerStatus.Restarting => "restarting",
        ContainerStatus.Removing => "removing",
        ContainerStatus.Exited => "exited",
        _ => "dead",
    };

    internal static string Status(ContainerState state, DateTimeOffset now) => state.Status switch
    {
        ContainerStatus.Created => "Created",
        ContainerStatus.Running when state.Health is { } health => $"Up {Since(state.StartedAt, now)} ({Describe(health.Status)})",
        ContainerStatus.Running => $"Up {Since(state.StartedAt, now)}",
        ContainerStatus.Paused => $"Up {Since(state.StartedAt, now)} (Paused)",
        ContainerStatus.Restarting => $"Restarting ({state.ExitCode}) {Since(state.FinishedAt, now)} ago",
        ContainerStatus.Removing => "Removal In Progress",
        ContainerStatus.Exited => $"Exited ({state.ExitCode}) {Since(state.FinishedAt, now)} ago",
        _ => "Dead",
    };

    /// <summary><c>starting</c>, <c>healthy</c> or <c>unhealthy</c>.</summary>
    internal static string Health(HealthStatus status) => status.ToString().ToLowerInvariant();

    private static string Describe(HealthStatus status) => status == HealthStatus.Starting ? "health: starting" : Health(status);

    /// <summary>Docker's approximate durations (go-units HumanDuration).</summary>
    internal static string Duration(TimeSpan duration)
    {
        double hours = duration.TotalHours;
        return (int)duration.TotalSeconds switch
        {
            < 1 => "Less than a second",
            1 => "1 second",
            < 60 => $"{(int)duration.TotalSeconds} seconds",
            < 120 => "About a minute",
            < 3600 => $"{(int)duration.TotalMinutes} minutes",
            _ => (int)(hours + 0.5) switch
            {
                1 => "About an hour",
                < 48 and var rounded => $"{rounded} hours",
                < 24 * 7 * 2 and var rounded => $"{rounded / 24} days",
                < 24 * 30 * 2 and var rounded => $"{rounded / 24 / 7} weeks",
                < 24 * 365 * 2 and var rounded => $"{rounded / 24 / 30} months",
                _ => $"{(int)hours / 24 / 365} years",
            },
        };
    }

    private static string Since(DateTimeOffset? then, DateTimeOffset now) => Duration(now - (then ?? now));
}
