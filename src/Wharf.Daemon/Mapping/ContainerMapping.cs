using Wharf.Api.Containers;
using Wharf.Api.Images;
using Wharf.Engine;
using ContainerEngine = Wharf.Engine.Containers;

namespace Wharf.Daemon.Mapping;

/// <summary>Containers as <c>create</c> asks for them, and as <c>inspect</c> and <c>ps</c> show them.</summary>
internal static class ContainerMapping
{
    internal static ContainerEngine.CreateRequest ToEngine(ContainerCreateRequest wire, string? name, string? platform) => new()
    {
        Name = name?.TrimStart('/'),
        Platform = platform,
        Config = ContainerConfigMapping.ToEngine(wire),
        HostConfig = HostConfigMapping.ToEngine(wire.HostConfig ?? new HostConfig()),
        Endpoints = (wire.NetworkingConfig?.EndpointsConfig ?? new Dictionary<string, Api.Networks.EndpointSettings?>())
            .ToDictionary(endpoint => endpoint.Key, endpoint => ToEngine(endpoint.Value ?? new Api.Networks.EndpointSettings())),
    };

    internal static ContainerEngine.EndpointSettings ToEngine(Api.Networks.EndpointSettings wire) => new()
    {
        IPv4Address = NullIfEmpty(wire.IPAMConfig?.IPv4Address),
        IPv6Address = NullIfEmpty(wire.IPAMConfig?.IPv6Address),
        MacAddress = NullIfEmpty(wire.MacAddress),
        Aliases = wire.Aliases ?? [],
        Links = wire.Links ?? [],
        DriverOptions = wire.DriverOpts ?? new Dictionary<string, string>(),
    };

    internal static ContainerInspect Inspect(ContainerEngine.ContainerSnapshot container, EngineOptions options)
    {
        IReadOnlyList<string> arguments = container.Arguments;
        return new ContainerInspect
        {
            Id = container.Id,
            Created = GoTime.Nano(container.Created),
            Path = arguments.Count > 0 ? arguments[0] : "",
            Args = [.. arguments.Skip(1)],
            State = State(container.State),
            Image = container.ImageId,
            ResolvConfPath = container.Paths.ResolvConf,
            HostnamePath = container.Paths.Hostname,
            HostsPath = container.Paths.Hosts,
            LogPath = LogDriver(container, options) == "json-file" ? container.Paths.Log : "",
            Name = "/" + container.Name,
            RestartCount = container.RestartCount,
            Driver = SystemMapping.StorageDriver,
            Platform = container.Platform.Split('/')[0],
            ExecIDs = container.ExecIds.Count > 0 ? container.ExecIds : null,
            HostConfig = HostConfigMapping.ToWire(container.HostConfig, options),
            GraphDriver = new GraphDriver
            {
                Name = SystemMapping.StorageDriver,
                Data = new Dictionary<string, string>
                {
                    ["ID"] = container.Id,
                    ["MergedDir"] = container.Paths.Merged,
                    ["UpperDir"] = container.Paths.Upper,
                    ["WorkDir"] = container.Paths.Work,
                },
            },
            Mounts = [.. container.Mounts.Select(MountMapping.ToWire)],
            Config = ContainerConfigMapping.ToWire(container.Config),
            NetworkSettings = NetworkSettingsMapping.ToWire(container),
        };
    }

    internal static ContainerSummary Summarize(ContainerEngine.ContainerSnapshot container, DateTimeOffset now) => new()
    {
        Id = container.Id,
        Names = ["/" + container.Name],
        Image = container.Config.Image,
        ImageID = container.ImageId,
        Command = string.Join(' ', container.Arguments.Select((word, index) => index > 0 && word.Contains(' ', StringComparison.Ordinal) ? $"'{word}'" : word)),
        Created = container.Created.ToUnixTimeSeconds(),
        Ports = NetworkSettingsMapping.Summarize(container),
        Labels = container.Config.Labels,
        State = StatusText.State(container.State.Status),
        Status = StatusText.Status(container.State, now),
        Health = container.State.Health is { } health
            ? new HealthSummary { Status = StatusText.Health(health.Status), FailingStreak = health.FailingStreak }
            : null,
        HostConfig = new SummaryHostConfig
        {
            NetworkMode = NetworkSettingsMapping.ModeOf(container.HostConfig),
            Annotations = container.HostConfig.Annotations.Count > 0 ? container.HostConfig.Annotations : null,
        },
        NetworkSettings = new SummaryNetworkSettings { Networks = NetworkSettingsMapping.Networks(container) },
        Mounts = [.. container.Mounts.Select(MountMapping.ToWire)],
    };

    private static ContainerState State(ContainerEngine.ContainerState state) => new()
    {
        Status = StatusText.State(state.Status),
        Running = state.IsRunning,
        Paused = state.Status == ContainerEngine.ContainerStatus.Paused,
        Restarting = state.Status == ContainerEngine.ContainerStatus.Restarting,
        OOMKilled = state.OomKilled,
        Dead = state.Status == ContainerEngine.ContainerStatus.Dead,
        Pid = state.HasProcess ? state.Pid : 0,
        ExitCode = state.ExitCode,
        Error = state.Error,
        StartedAt = GoTime.Nano(state.StartedAt),
        FinishedAt = GoTime.Nano(state.FinishedAt),
        Health = state.Health is { } health ? ToWire(health) : null,
    };

    private static Health ToWire(ContainerEngine.ContainerHealth health) => new()
    {
        Status = StatusText.Health(health.Status),
        FailingStreak = health.FailingStreak,
        Log =
        [
            .. health.Log.Select(result => new HealthcheckResult
            {
                Start = GoTime.Nano(result.Start),
                End = GoTime.Nano(result.End),
                ExitCode = result.ExitCode,
                Output = result.Output,
            }),
        ],
    };

    private static string LogDriver(ContainerEngine.ContainerSnapshot container, EngineOptions options) =>
        container.HostConfig.LogConfig.Type is { Length: > 0 } type ? type : options.LogDriver;

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
