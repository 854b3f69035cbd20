using Wharf.Api.Containers;
using ContainerEngine = Wharf.Engine.Containers;

namespace Wharf.Daemon.Mapping;

/// <summary>The host-dependent half of a container: wire to engine and back.</summary>
internal static class HostConfigMapping
{
    internal static ContainerEngine.HostConfig ToEngine(HostConfig wire) => new()
    {
        Binds = wire.Binds ?? [],
        Mounts = [.. (wire.Mounts ?? []).Select(MountMapping.ToEngine)],
        Tmpfs = wire.Tmpfs ?? Empty,
        VolumesFrom = wire.VolumesFrom ?? [],
        VolumeDriver = wire.VolumeDriver ?? "",
        ReadonlyRootfs = wire.ReadonlyRootfs,
        Init = wire.Init,
        Resources = ResourcesMapping.ToEngine(wire),
        OomScoreAdj = wire.OomScoreAdj,
        ShmSize = wire.ShmSize,
        Privileged = wire.Privileged,
        CapAdd = wire.CapAdd ?? [],
        CapDrop = wire.CapDrop ?? [],
        SecurityOpt = wire.SecurityOpt ?? [],
        GroupAdd = wire.GroupAdd ?? [],
        Sysctls = wire.Sysctls ?? Empty,
        MaskedPaths = wire.MaskedPaths,
        ReadonlyPaths = wire.ReadonlyPaths,
        PidMode = wire.PidMode ?? "",
        IpcMode = wire.IpcMode ?? "",
        UtsMode = wire.UTSMode ?? "",
        UsernsMode = wire.UsernsMode ?? "",
        CgroupnsMode = wire.CgroupnsMode ?? "",
        CgroupParent = wire.CgroupParent ?? "",
        NetworkMode = wire.NetworkMode ?? "",
        PortBindings = (wire.PortBindings ?? new Dictionary<string, IReadOnlyList<PortBinding>?>()).ToDictionary(port => port.Key, port => Bindings(port.Value)),
        PublishAllPorts = wire.PublishAllPorts,
        Dns = wire.Dns ?? [],
        DnsOptions = wire.DnsOptions ?? [],
        DnsSearch = wire.DnsSearch ?? [],
        ExtraHosts = wire.ExtraHosts ?? [],
        Links = wire.Links ?? [],
        RestartPolicy = ToEngine(wire.RestartPolicy) ?? new ContainerEngine.RestartPolicy("no"),
        AutoRemove = wire.AutoRemove,
        LogConfig = new ContainerEngine.LogConfig(wire.LogConfig?.Type ?? "", wire.LogConfig?.Config ?? Empty),
        ContainerIdFile = wire.ContainerIDFile ?? "",
        Runtime = wire.Runtime ?? "",
        Annotations = wire.Annotations ?? Empty,
        StorageOpt = wire.StorageOpt ?? Empty,
        ConsoleSize = ToEngine(wire.ConsoleSize) ?? new ContainerEngine.ConsoleSize(0, 0),
    };

    internal static HostConfig ToWire(ContainerEngine.HostConfig config, Wharf.Engine.EngineOptions options)
    {
        var wire = new HostConfig
        {
            Binds = NullIfEmpty(config.Binds),
            Mounts = config.Mounts.Count > 0 ? [.. config.Mounts.Select(MountMapping.ToWire)] : null,
            Tmpfs = config.Tmpfs.Count > 0 ? config.Tmpfs : null,
            VolumesFrom = NullIfEmpty(config.VolumesFrom),
            VolumeDriver = config.VolumeDriver,
            ReadonlyRootfs = config.ReadonlyRootfs,
            Init = config.Init,
            OomScoreAdj = config.OomScoreAdj,
            ShmSize = config.ShmSize > 0 ? config.ShmSize : options.DefaultShmSize,
            Privileged = config.Privileged,
            CapAdd = NullIfEmpty(config.CapAdd),
            CapDrop = NullIfEmpty(config.CapDrop),
            SecurityOpt = NullIfEmpty(config.SecurityOpt),
            GroupAdd = NullIfEmpty(config.GroupAdd),
            Sysctls = config.Sysctls.Count > 0 ? config.Sysctls : null,
            MaskedPaths = config.MaskedPaths,
            ReadonlyPaths = config.ReadonlyPaths,
            PidMode = config.PidMode,
            IpcMode = config.IpcMode,
            UTSMode = config.UtsMode,
            UsernsMode = config.UsernsMode,
            CgroupnsMode = config.CgroupnsMode,
            CgroupParent = config.CgroupParent,
            NetworkMode = NetworkSettingsMapping.ModeOf(config),
            PortBindings = config.PortBindings.ToDictionary(
                port => port.Key,
                port => (IReadOnlyList<PortBinding>?)[.. port.Value.Select(binding => new PortBinding { HostIp = binding.HostIp, HostPort = binding.HostPort })]),
            PublishAllPorts = config.PublishAllPorts,
            Dns = config.Dns,
            DnsOptions = config.DnsOptions,
            DnsSearch = config.DnsSearch,
            ExtraHosts = NullIfEmpty(config.ExtraHosts),
            Links = NullIfEmpty(config.Links),
            RestartPolicy = new RestartPolicy { Name = config.RestartPolicy.Name, MaximumRetryCount = config.RestartPolicy.MaximumRetryCount },
            AutoRemove = config.AutoRemove,
            LogConfig = new LogConfig { Type = config.LogConfig.Type.Length > 0 ? config.LogConfig.Type : options.LogDriver, Config = config.LogConfig.Config },
            ContainerIDFile = config.ContainerIdFile,
            Runtime = config.Runtime.Length > 0 ? config.Runtime : SystemMapping.RuntimeName,
            Annotations = config.Annotations.Count > 0 ? config.Annotations : null,
            StorageOpt = config.StorageOpt.Count > 0 ? config.StorageOpt : null,
            ConsoleSize = [(uint)config.ConsoleSize.Rows, (uint)config.ConsoleSize.Columns],
        };
        ResourcesMapping.Fill(wire, config.Resources);
        return wire;
    }

    internal static ContainerEngine.RestartPolicy? ToEngine(RestartPolicy? wire) =>
        wire is null ? null : new ContainerEngine.RestartPolicy(wire.Name ?? "", wire.MaximumRetryCount);

    /// <summary>Docker's pair of rows and columns.</summary>
    internal static ContainerEngine.ConsoleSize? ToEngine(IReadOnlyList<uint>? size) =>
        size is [var rows, var columns] ? new ContainerEngine.ConsoleSize((int)Math.Min(rows, ushort.MaxValue), (int)Math.Min(columns, ushort.MaxValue)) : null;

    private static IReadOnlyDictionary<string, string> Empty { get; } = new Dictionary<string, string>();

    private static IReadOnlyList<ContainerEngine.PortBinding> Bindings(IReadOnlyList<PortBinding>? wire) =>
        wire is { Count: > 0 } ? [.. wire.Select(binding => new ContainerEngine.PortBinding(binding.HostIp ?? "", binding.HostPort ?? ""))] : [];

    private static IReadOnlyList<string>? NullIfEmpty(IReadOnlyList<string> list) => list.Count > 0 ? list : null;
}
