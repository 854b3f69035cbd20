using Wharf.Api.Common;
using Wharf.Api.Containers;
using Wharf.Api.Networks;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.ContainerOptions;

/// <summary>From the flags of <c>run</c> and <c>create</c> to the request; the checks are those that Docker's client makes.</summary>
internal static class CreateRequestBuilder
{
    internal static ContainerCreateRequest Build(ContainerFlags flags, IReadOnlyList<string> arguments)
    {
        bool attachAll = flags.Attach.Values.Count == 0;
        var request = new ContainerCreateRequest
        {
            Image = arguments[0],
            Cmd = arguments.Count > 1 ? [.. arguments.Skip(1)] : null,
            Entrypoint = flags.Entrypoint.IsSet ? [flags.Entrypoint.Value] : null,
            Hostname = flags.Hostname.Value,
            Domainname = flags.Domainname.Value,
            User = flags.User.Value,
            WorkingDir = flags.Workdir.Value,
            Env = EnvironmentVariables.Collect(flags.EnvFile.Values, flags.Env.Values) is { Count: > 0 } variables ? variables : null,
            Labels = EnvironmentVariables.CollectLabels(flags.LabelFile.Values, flags.Labels.Values),
            Tty = flags.Tty.Value,
            OpenStdin = flags.Interactive.Value,
            AttachStdin = flags.Interactive.Value || flags.Attach.Values.Contains("stdin"),
            AttachStdout = attachAll || flags.Attach.Values.Contains("stdout"),
            AttachStderr = attachAll || flags.Attach.Values.Contains("stderr"),
            StopSignal = flags.StopSignal.IsSet ? flags.StopSignal.Value : null,
            StopTimeout = flags.StopTimeout.Value,
            Healthcheck = BuildHealthcheck(flags),
            HostConfig = BuildHost(flags),
        };
        request.StdinOnce = request is { OpenStdin: true, AttachStdin: true };
        AddVolumes(request, flags);
        AddPorts(request, flags);
        AddNetworks(request, flags);
        return request;
    }

    private static HostConfig BuildHost(ContainerFlags flags)
    {
        if (flags.MemorySwappiness.Value is { } swappiness and not -1 and (< 0 or > 100))
        {
            throw new CommandFailure($"invalid value: {swappiness}. Valid memory swappiness range is 0-100");
        }

        CheckNamespaces(flags);
        RestartPolicy restart = RestartPolicySpec.Parse(flags.Restart.Value);
        if (flags.Remove.Value && restart.Name is not ("no" or ""))
        {
            throw new CommandFailure("conflicting options: cannot specify both --restart and --rm");
        }

        (IReadOnlyList<string>? securityOptions, bool systemPathsOpen) = SecurityOptSpec.Parse(flags.SecurityOpt.Values);
        return new HostConfig
        {
            ContainerIDFile = flags.CidFile.Value,
            LogConfig = BuildLog(flags),
            RestartPolicy = restart,
            AutoRemove = flags.Remove.Value,
            VolumeDriver = flags.VolumeDriver.Value,
            VolumesFrom = flags.VolumesFrom.ValuesOrNull,
            Mounts = flags.Mounts.Values.Count > 0 ? [.. flags.Mounts.Values.Select(MountSpec.Parse)] : null,
            Tmpfs = BuildTmpfs(flags.Tmpfs.Values),
            Annotations = KeyValues.ParseStrict(flags.Annotations.Values, "invalid annotation"),
            CapAdd = flags.CapAdd.ValuesOrNull,
            CapDrop = flags.CapDrop.ValuesOrNull,
            Dns = flags.Dns.Values,
            DnsOptions = flags.DnsOptions.Values,
            DnsSearch = flags.DnsSearch.Values,
            ExtraHosts = flags.ExtraHosts.ValuesOrNull,
            GroupAdd = flags.GroupAdd.ValuesOrNull,
            Links = flags.Links.ValuesOrNull,
            IpcMode = flags.Ipc.Value,
            PidMode = flags.Pid.Value,
            UTSMode = flags.Uts.Value,
            UsernsMode = flags.Userns.Value,
            CgroupnsMode = flags.Cgroupns.Value,
            OomScoreAdj = flags.OomScoreAdj.Value ?? 0,
            Privileged = flags.Privileged.Value,
            PublishAllPorts = flags.PublishAll.Value,
            ReadonlyRootfs = flags.ReadOnly.Value,
            SecurityOpt = securityOptions,
            MaskedPaths = systemPathsOpen ? [] : null,
            ReadonlyPaths = systemPathsOpen ? [] : null,
            StorageOpt = KeyValues.ParseStrict(flags.StorageOpt.Values, "invalid storage option"),
            Sysctls = KeyValues.ParseStrict(flags.Sysctls.Values, "invalid sysctl"),
            ShmSize = flags.ShmSize.Value ?? 0,
            Runtime = flags.Runtime.IsSet ? flags.Runtime.Value : null,
            Init = flags.Init.IsSet ? flags.Init.Value : null,

            CgroupParent = flags.CgroupParent.Value,
            Memory = flags.Memory.Value ?? 0,
            MemoryReservation = flags.MemoryReservation.Value ?? 0,
            MemorySwap = flags.MemorySwap.Value ?? 0,
            MemorySwappiness = flags.MemorySwappiness.Value is -1 ? null : flags.MemorySwappiness.Value,
            OomKillDisable = flags.OomKillDisable.IsSet ? flags.OomKillDisable.Value : null,
            NanoCpus = flags.Cpus.Value,
            CpuShares = flags.CpuShares.Value ?? 0,
            CpuPeriod = flags.CpuPeriod.Value ?? 0,
            CpuQuota = flags.CpuQuota.Value ?? 0,
            CpuRealtimePeriod = flags.CpuRtPeriod.Value ?? 0,
            CpuRealtimeRuntime = flags.CpuRtRuntime.Value ?? 0,
            CpusetCpus = flags.CpusetCpus.Value,
            CpusetMems = flags.CpusetMems.Value,
            PidsLimit = flags.PidsLimit.Value,
            Ulimits = NullIfEmpty(flags.Ulimits.Values.Select(UlimitSpec.Parse)),
            BlkioWeight = (ushort)(flags.BlkioWeight.Value ?? 0),
            BlkioWeightDevice = NullIfEmpty(flags.BlkioWeightDevice.Values.Select(DeviceSpec.ParseWeight)),
            BlkioDeviceReadBps = NullIfEmpty(flags.DeviceReadBps.Values.Select(DeviceSpec.ParseByteRate)),
            BlkioDeviceWriteBps = NullIfEmpty(flags.DeviceWriteBps.Values.Select(DeviceSpec.ParseByteRate)),
            BlkioDeviceReadIOps = NullIfEmpty(flags.DeviceReadIops.Values.Select(DeviceSpec.ParseRate)),
            BlkioDeviceWriteIOps = NullIfEmpty(flags.DeviceWriteIops.Values.Select(DeviceSpec.ParseRate)),
            Devices = NullIfEmpty(flags.Devices.Values.Select(DeviceSpec.Parse)),
            DeviceCgroupRules = flags.DeviceCgroupRules.ValuesOrNull,
            DeviceRequests = NullIfEmpty(flags.Gpus.Values.Select(DeviceSpec.ParseGpus)),
        };
    }

    private static void CheckNamespaces(ContainerFlags flags)
    {
        Require(flags.Pid, value => value is "" or "host" || value.StartsWith("container:", StringComparison.Ordinal), "--pid: invalid PID mode");
        Require(flags.Uts, value => value is "" or "host", "--uts: invalid UTS mode");
        Require(flags.Userns, value => value is "" or "host", "--userns: invalid USER mode");
        Require(flags.Cgroupns, value => value is "" or "host" or "private", "--cgroupns: invalid CGROUP mode");

        static void Require(Option<string> option, Func<string, bool> valid, string complaint)
        {
            if (!valid(option.Value))
            {
                throw new CommandFailure(complaint);
            }
        }
    }

    private static LogConfig BuildLog(ContainerFlags flags)
    {
        if (flags.LogDriver.Value == "none" && flags.LogOpt.Values.Count > 0)
        {
            throw new CommandFailure("invalid logging opts for driver none");
        }

        return new LogConfig { Type = flags.LogDriver.Value, Config = KeyValues.Parse(flags.LogOpt.Values) };
    }

    private static HealthConfig? BuildHealthcheck(ContainerFlags flags)
    {
        bool any = flags.HealthCmd.IsSet || flags.HealthInterval.IsSet || flags.HealthTimeout.IsSet || flags.HealthRetries.IsSet
            || flags.HealthStartPeriod.IsSet || flags.HealthStartInterval.IsSet;
        if (flags.NoHealthcheck.Value)
        {
            return any
                ? throw new CommandFailure("--no-healthcheck conflicts with --health-* options")
                : new HealthConfig { Test = ["NONE"] };
        }

        return !any ? null : new HealthConfig
        {
            Test = flags.HealthCmd.Value.Length > 0 ? ["CMD-SHELL", flags.HealthCmd.Value] : null,
            Interval = Nanoseconds(flags.HealthInterval, "--health-interval"),
            Timeout = Nanoseconds(flags.HealthTimeout, "--health-timeout"),
            StartPeriod = Nanoseconds(flags.HealthStartPeriod, "--health-start-period"),
            StartInterval = Nanoseconds(flags.HealthStartInterval, "--health-start-interval"),
            Retries = flags.HealthRetries.Value is < 0 ? throw new CommandFailure("--health-retries cannot be negative") : flags.HealthRetries.Value,
        };
    }

    private static long? Nanoseconds(Option<TimeSpan?> option, string name) => option.Value switch
    {
        null => null,
        { Ticks: < 0 } => throw new CommandFailure($"{name} cannot be negative"),
        { } duration => duration.Ticks * TimeSpan.NanosecondsPerTick,
    };

    private static Dictionary<string, string>? BuildTmpfs(IReadOnlyList<string> given)
    {
        if (given.Count == 0)
        {
            return null;
        }

        var mounts = new Dictionary<string, string>();
        foreach (string[] parts in given.Select(text => text.Split(':', 2)))
        {
            mounts[parts[0]] = parts.Length > 1 ? parts[1] : "";
        }

        return mounts;
    }

    private static void AddVolumes(ContainerCreateRequest request, ContainerFlags flags)
    {
        List<string> binds = [];
        var anonymous = new Dictionary<string, EmptyObject>();
        foreach (string volume in flags.Volumes.Values)
        {
            if (VolumeSpec.TryParseBind(volume, out string bind))
            {
                binds.Add(bind);
            }
            else
            {
                anonymous[bind] = EmptyObject.Instance;
            }
        }

        request.HostConfig!.Binds = binds.Count > 0 ? binds : null;
        request.Volumes = anonymous.Count > 0 ? anonymous : null;
    }

    private static void AddPorts(ContainerCreateRequest request, ContainerFlags flags)
    {
        var exposed = new Dictionary<string, EmptyObject>();
        var bindings = new Dictionary<string, IReadOnlyList<PortBinding>?>();
        foreach ((string port, PortBinding binding) in flags.Publish.Values.SelectMany(PortSpec.Parse))
        {
            exposed[port] = EmptyObject.Instance;
            bindings[port] = [.. bindings.GetValueOrDefault(port) ?? [], binding];
        }

        foreach (string port in flags.Expose.Values.SelectMany(PortSpec.ParseExposed))
        {
            exposed[port] = EmptyObject.Instance;
        }

        request.ExposedPorts = exposed.Count > 0 ? exposed : null;
        request.HostConfig!.PortBindings = bindings;
    }

    private static void AddNetworks(ContainerCreateRequest request, ContainerFlags flags)
    {
        List<NetworkSpec> networks = [.. flags.Networks.Values.Select(NetworkSpec.Parse)];
        if (networks.Count == 0)
        {
            networks.Add(new NetworkSpec("default", null));
        }

        request.HostConfig!.NetworkMode = networks[0].Name;
        networks[0] = networks[0] with { Settings = WithFlags(networks[0].Settings, flags) };
        if (networks.Count > 1 || networks[0].Settings is not null)
        {
            var endpoints = new Dictionary<string, EndpointSettings?>();
            foreach (NetworkSpec network in networks)
            {
                if (!endpoints.TryAdd(network.Name, network.Settings ?? new EndpointSettings()))
                {
                    throw new CommandFailure($"network \"{network.Name}\" is specified multiple times");
                }
            }

            request.NetworkingConfig = new NetworkingConfig { EndpointsConfig = endpoints };
        }
    }

    /// <summary>The flags that speak of "the network" mean the first one.</summary>
    private static EndpointSettings? WithFlags(EndpointSettings? settings, ContainerFlags flags)
    {
        if (!flags.Ip.IsSet && !flags.Ip6.IsSet && !flags.MacAddress.IsSet && flags.NetworkAliases.Values.Count == 0 && flags.LinkLocalIps.Values.Count == 0)
        {
            return settings;
        }

        settings ??= new EndpointSettings();
        settings.Aliases = flags.NetworkAliases.ValuesOrNull ?? settings.Aliases;
        settings.MacAddress = flags.MacAddress.IsSet ? flags.MacAddress.Value : settings.MacAddress;
        if (flags.Ip.IsSet || flags.Ip6.IsSet || flags.LinkLocalIps.Values.Count > 0)
        {
            settings.IPAMConfig = new EndpointIpamConfig
            {
                IPv4Address = flags.Ip.IsSet ? flags.Ip.Value : null,
                IPv6Address = flags.Ip6.IsSet ? flags.Ip6.Value : null,
                LinkLocalIPs = flags.LinkLocalIps.ValuesOrNull,
            };
        }

        return settings;
    }

    private static List<T>? NullIfEmpty<T>(IEnumerable<T> items) => items.ToList() is { Count: > 0 } list ? list : null;
}
