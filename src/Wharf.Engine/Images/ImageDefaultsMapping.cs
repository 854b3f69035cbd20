using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images;

/// <summary>An image's config as containers take it.</summary>
internal static class ImageDefaultsMapping
{
    internal static ImageDefaults Of(ExecutionConfig? config) => config is null ? new ImageDefaults() : new ImageDefaults
    {
        User = config.User,
        Env = config.Env ?? [],
        Entrypoint = config.Entrypoint,
        Cmd = config.Cmd,
        WorkingDir = config.WorkingDir,
        Labels = config.Labels ?? new Dictionary<string, string>(),
        Volumes = [.. config.Volumes?.Keys ?? []],
        ExposedPorts = [.. config.ExposedPorts?.Keys ?? []],
        StopSignal = config.StopSignal,
        Shell = config.Shell,
        HealthCheck = config.Healthcheck is { } health
            ? new ImageHealthCheck(
                health.Test ?? [], health.Interval ?? 0, health.Timeout ?? 0, health.StartPeriod ?? 0, health.StartInterval ?? 0, health.Retries ?? 0)
            : null,
    };
}
