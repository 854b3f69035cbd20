using Wharf.Api.Common;
using Wharf.Api.Containers;
using ContainerEngine = Wharf.Engine.Containers;

namespace Wharf.Daemon.Mapping;

/// <summary>The host-independent half of a container: wire to engine and back.</summary>
internal static class ContainerConfigMapping
{
    internal static ContainerEngine.ContainerConfig ToEngine(ContainerConfig wire) => new()
    {
        Image = wire.Image ?? "",
        Cmd = wire.Cmd,
        Entrypoint = wire.Entrypoint,
        Env = wire.Env ?? [],
        User = wire.User ?? "",
        WorkingDir = wire.WorkingDir ?? "",
        Hostname = wire.Hostname ?? "",
        Domainname = wire.Domainname ?? "",
        Labels = wire.Labels ?? Empty,
        Tty = wire.Tty,
        OpenStdin = wire.OpenStdin,
        StdinOnce = wire.StdinOnce,
        AttachStdin = wire.AttachStdin,
        AttachStdout = wire.AttachStdout,
        AttachStderr = wire.AttachStderr,
        ExposedPorts = [.. wire.ExposedPorts?.Keys ?? []],
        Volumes = [.. wire.Volumes?.Keys ?? []],
        StopSignal = wire.StopSignal,
        StopTimeout = wire.StopTimeout,
        HealthCheck = wire.Healthcheck is { } health ? ToEngine(health) : null,
        Shell = wire.Shell,
        NetworkDisabled = wire.NetworkDisabled ?? false,
        MacAddress = wire.MacAddress,
    };

    internal static ContainerConfig ToWire(ContainerEngine.ContainerConfig config) => new()
    {
        Image = config.Image,
        Cmd = config.Cmd,
        Entrypoint = config.Entrypoint,
        Env = config.Env,
        User = config.User,
        WorkingDir = config.WorkingDir,
        Hostname = config.Hostname,
        Domainname = config.Domainname,
        Labels = config.Labels,
        Tty = config.Tty,
        OpenStdin = config.OpenStdin,
        StdinOnce = config.StdinOnce,
        AttachStdin = config.AttachStdin,
        AttachStdout = config.AttachStdout,
        AttachStderr = config.AttachStderr,
        ExposedPorts = config.ExposedPorts.Count > 0 ? Set(config.ExposedPorts) : null,
        Volumes = config.Volumes.Count > 0 ? Set(config.Volumes) : null,
        StopSignal = config.StopSignal,
        StopTimeout = config.StopTimeout,
        Healthcheck = config.HealthCheck is { } health ? ToWire(health) : null,
        Shell = config.Shell,
        NetworkDisabled = config.NetworkDisabled ? true : null,
        MacAddress = config.MacAddress,
    };

    private static IReadOnlyDictionary<string, string> Empty { get; } = new Dictionary<string, string>();

    private static Dictionary<string, EmptyObject> Set(IReadOnlyList<string> names) => names.ToDictionary(name => name, _ => EmptyObject.Instance);

    private static ContainerEngine.HealthCheck ToEngine(HealthConfig wire) => new()
    {
        Test = wire.Test ?? [],
        Interval = wire.Interval ?? 0,
        Timeout = wire.Timeout ?? 0,
        StartPeriod = wire.StartPeriod ?? 0,
        StartInterval = wire.StartInterval ?? 0,
        Retries = wire.Retries ?? 0,
    };

    private static HealthConfig ToWire(ContainerEngine.HealthCheck health) => new()
    {
        Test = health.Test,
        Interval = NullIfZero(health.Interval),
        Timeout = NullIfZero(health.Timeout),
        StartPeriod = NullIfZero(health.StartPeriod),
        StartInterval = NullIfZero(health.StartInterval),
        Retries = health.Retries == 0 ? null : health.Retries,
    };

    private static long? NullIfZero(long value) => value == 0 ? null : value;
}
