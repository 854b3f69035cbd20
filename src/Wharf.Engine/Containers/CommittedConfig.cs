using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Containers;

/// <summary>The config of an image that is made from a container.</summary>
internal static class CommittedConfig
{
    /// <summary>What was asked for, filled in from the container as create fills in from an image.</summary>
    internal static ExecutionConfig Of(ContainerConfig? wanted, ContainerConfig container)
    {
        if (wanted is null)
        {
            return Convert(container);
        }

        bool takesCommand = wanted.Entrypoint is not { Count: > 0 } && wanted.Cmd is not { Count: > 0 };
        return Convert(wanted with
        {
            User = wanted.User.Length > 0 ? wanted.User : container.User,
            WorkingDir = wanted.WorkingDir.Length > 0 ? wanted.WorkingDir : container.WorkingDir,
            Env = [.. wanted.Env, .. container.Env.Where(entry => !wanted.Env.Any(other => NameOf(other) == NameOf(entry)))],
            Cmd = takesCommand ? container.Cmd : wanted.Cmd,
            Entrypoint = wanted.Entrypoint ?? container.Entrypoint,
            Labels = container.Labels.Where(label => !wanted.Labels.ContainsKey(label.Key)).Concat(wanted.Labels).ToDictionary(),
            ExposedPorts = [.. wanted.ExposedPorts.Union(container.ExposedPorts)],
            Volumes = [.. wanted.Volumes.Union(container.Volumes)],
            StopSignal = wanted.StopSignal ?? container.StopSignal,
            StopTimeout = wanted.StopTimeout ?? container.StopTimeout,
            HealthCheck = wanted.HealthCheck ?? container.HealthCheck,
            Shell = wanted.Shell ?? container.Shell,
        });
    }

    private static ExecutionConfig Convert(ContainerConfig config) => new()
    {
        User = config.User,
        Env = config.Env,
        Entrypoint = config.Entrypoint,
        Cmd = config.Cmd,
        WorkingDir = config.WorkingDir,
        Labels = config.Labels,
        ExposedPorts = Set(config.ExposedPorts),
        Volumes = Set(config.Volumes),
        StopSignal = config.StopSignal,
        StopTimeout = config.StopTimeout,
        Shell = config.Shell,
        Healthcheck = config.HealthCheck is { } health
            ? new HealthCheckConfig
            {
                Test = health.Test,
                Interval = health.Interval,
                Timeout = health.Timeout,
                StartPeriod = health.StartPeriod,
                StartInterval = health.StartInterval,
                Retries = health.Retries,
            }
            : null,
    };

    private static Dictionary<string, EmptyObject>? Set(IReadOnlyList<string> members) =>
        members.Count == 0 ? null : members.ToDictionary(member => member, _ => new EmptyObject());

    private static string NameOf(string variable) => variable.Split('=', 2)[0];
}
