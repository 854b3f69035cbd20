using Wharf.Engine.Containers.Validation;
using Wharf.Engine.Images;

namespace Wharf.Engine.Containers;

/// <summary>What a request leaves open: filled from the image, then from the engine. The result is stored and shown.</summary>
internal static class ContainerDefaults
{
    /// <summary>The request wins over the image, as Docker merges them.</summary>
    internal static ContainerConfig Merge(ContainerConfig asked, ImageDefaults image, string id)
    {
        bool ownEntrypoint = asked.Entrypoint is { Count: > 0 };
        IReadOnlyList<string>? entrypoint = asked.Entrypoint ?? image.Entrypoint;
        return asked with
        {
            User = asked.User.Length > 0 ? asked.User : image.User ?? "",
            Env = MergeEnvironment(asked.Env, image.Env),

            // An entrypoint of one's own takes no arguments from the image, which were meant for another.
            Cmd = !ownEntrypoint && asked.Cmd is not { Count: > 0 } ? image.Cmd : asked.Cmd,
            Entrypoint = entrypoint is [""] ? null : entrypoint,
            WorkingDir = asked.WorkingDir.Length > 0 ? asked.WorkingDir : image.WorkingDir ?? "",
            Hostname = asked.Hostname.Length > 0 ? asked.Hostname : id[..12],
            Labels = MergeLabels(asked.Labels, image.Labels),
            Volumes = [.. asked.Volumes.Union(image.Volumes)],
            ExposedPorts = [.. asked.ExposedPorts.Union(image.ExposedPorts)],
            StopSignal = string.IsNullOrEmpty(asked.StopSignal) ? image.StopSignal : asked.StopSignal,
            Shell = asked.Shell ?? image.Shell,
            HealthCheck = asked.HealthCheck ?? FromImage(image.HealthCheck),
        };
    }

    /// <summary>On the host's network, the host's name fits better than an id, unless one was asked for.</summary>
    internal static ContainerConfig ForNetwork(ContainerConfig config, ContainerConfig asked, HostConfig host) =>
        host.NetworkMode == "host" && asked.Hostname.Length == 0 ? config with { Hostname = Environment.MachineName } : config;

    internal static HostConfig Complete(HostConfig asked, ContainerConfig config, EngineOptions options, MachineFacts machine)
    {
        ResourceLimits limits = asked.Resources;
        return asked with
        {
            NetworkMode = config.NetworkDisabled ? "none" : asked.NetworkMode is "" or "default" ? "bridge" : asked.NetworkMode,
            IpcMode = asked.IpcMode.Length == 0 ? "private" : asked.IpcMode,

            // Docker's choice: with cgroup v1 the controllers' own paths would not fit a private namespace.
            CgroupnsMode = asked.CgroupnsMode.Length > 0 ? asked.CgroupnsMode
                : machine.HasUnifiedCgroups && !asked.Privileged ? "private" : "host",
            Runtime = asked.Runtime.Length == 0 ? "wharf" : asked.Runtime,
            ShmSize = asked.ShmSize == 0 ? options.DefaultShmSize : asked.ShmSize,
            RestartPolicy = asked.RestartPolicy.Name.Length == 0 ? asked.RestartPolicy with { Name = "no" } : asked.RestartPolicy,
            LogConfig = CompleteLog(asked.LogConfig, options),
            MaskedPaths = asked.Privileged ? null : asked.MaskedPaths ?? Defaults.SystemPaths.Masked,
            ReadonlyPaths = asked.Privileged ? null : asked.ReadonlyPaths ?? Defaults.SystemPaths.Readonly,
            Resources = limits with
            {
                // As much swap as memory, unless said otherwise.
                MemorySwap = limits is { Memory: > 0, MemorySwap: 0 } && machine.HasSwapLimit ? limits.Memory * 2 : limits.MemorySwap,
                PidsLimit = limits.PidsLimit is 0 ? null : limits.PidsLimit,
            },
        };
    }

    internal static IReadOnlyDictionary<string, EndpointSettings> Endpoints(CreateRequest request, HostConfig host)
    {
        if (NamespaceMode.Parse(host.NetworkMode).Container is not null)
        {
            return new Dictionary<string, EndpointSettings>();
        }

        var endpoints = new Dictionary<string, EndpointSettings>(StringComparer.Ordinal)
        {
            [host.NetworkMode] = new EndpointSettings { MacAddress = request.Config.MacAddress },
        };
        foreach ((string network, EndpointSettings settings) in request.Endpoints)
        {
            endpoints[network is "default" ? "bridge" : network] = settings;
        }

        return endpoints;
    }

    private static IReadOnlyList<string> MergeEnvironment(IReadOnlyList<string> asked, IReadOnlyList<string> image)
    {
        if (asked.Count == 0)
        {
            return image;
        }

        var named = asked.Select(NameOf).ToHashSet(StringComparer.Ordinal);
        return [.. asked, .. image.Where(variable => !named.Contains(NameOf(variable)))];
    }

    private static string NameOf(string variable) =>
        variable.IndexOf('=', StringComparison.Ordinal) is var end and >= 0 ? variable[..end] : variable;

    private static IReadOnlyDictionary<string, string> MergeLabels(
        IReadOnlyDictionary<string, string> asked, IReadOnlyDictionary<string, string> image)
    {
        if (asked.Count == 0 || image.Count == 0)
        {
            return asked.Count == 0 ? image : asked;
        }

        var merged = new Dictionary<string, string>(image, StringComparer.Ordinal);
        foreach ((string name, string value) in asked)
        {
            merged[name] = value;
        }

        return merged;
    }

    private static HealthCheck? FromImage(ImageHealthCheck? image) => image is null ? null : new HealthCheck
    {
        Test = image.Test,
        Interval = image.Interval,
        Timeout = image.Timeout,
        StartPeriod = image.StartPeriod,
        StartInterval = image.StartInterval,
        Retries = image.Retries,
    };

    /// <summary>The engine's log options belong to the engine's driver and are not mixed into another's.</summary>
    private static LogConfig CompleteLog(LogConfig asked, EngineOptions options)
    {
        if (asked.Type.Length > 0 && asked.Type != options.LogDriver)
        {
            return asked;
        }

        var merged = new Dictionary<string, string>(options.LogOptions, StringComparer.Ordinal);
        foreach ((string name, string value) in asked.Config)
        {
            merged[name] = value;
        }

        return new LogConfig(options.LogDriver, merged);
    }
}
