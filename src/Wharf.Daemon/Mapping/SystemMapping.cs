using System.Runtime.InteropServices;
using Wharf.Api.Server;
using Wharf.Daemon.Versions;
using Wharf.Engine;
using Wharf.Engine.Containers;
using Wharf.Engine.Host;

namespace Wharf.Daemon.Mapping;

/// <summary>The engine and its machine, as <c>version</c> and <c>info</c> show them.</summary>
internal static class SystemMapping
{
    /// <summary>Docker's name for what we do with layers; clients look for it.</summary>
    internal const string StorageDriver = "overlay2";

    internal const string RuntimeName = "wharf-runtime";

    internal static SystemVersion Version(HostFacts host) => new()
    {
        Platform = new NamedPlatform { Name = "Wharf" },
        Version = ProductVersion.Text,
        ApiVersion = ApiVersion.Newest.ToString(),
        MinAPIVersion = ApiVersion.Oldest.ToString(),
        GitCommit = ProductVersion.Commit,
        GoVersion = RuntimeInformation.FrameworkDescription,
        Os = "linux",
        Arch = host.Architecture,
        KernelVersion = host.KernelVersion,
        Components =
        [
            new ComponentVersion
            {
                Name = "Engine",
                Version = ProductVersion.Text,
                Details = new Dictionary<string, string>
                {
                    ["ApiVersion"] = ApiVersion.Newest.ToString(),
                    ["Arch"] = host.Architecture,
                    ["Experimental"] = "false",
                    ["GitCommit"] = ProductVersion.Commit,
                    ["GoVersion"] = RuntimeInformation.FrameworkDescription,
                    ["KernelVersion"] = host.KernelVersion,
                    ["MinAPIVersion"] = ApiVersion.Oldest.ToString(),
                    ["Os"] = "linux",
                },
            },
            new ComponentVersion { Name = RuntimeName, Version = ProductVersion.Text, Details = new Dictionary<string, string> { ["GitCommit"] = ProductVersion.Commit } },
        ],
    };

    internal static SystemInfo Info(WharfEngine engine, bool debug, DateTimeOffset now)
    {
        HostFacts host = engine.Host;
        EngineOptions options = engine.Options;
        IReadOnlyList<ContainerSnapshot> containers = engine.Containers.List(new ListRequest { All = true });
        int running = containers.Count(container => container.State.Status is ContainerStatus.Running or ContainerStatus.Restarting);
        int paused = containers.Count(container => container.State.Status == ContainerStatus.Paused);
        return new SystemInfo
        {
            ID = host.Id,
            Name = host.HostName,
            Containers = containers.Count,
            ContainersRunning = running,
            ContainersPaused = paused,
            ContainersStopped = containers.Count - running - paused,
            Images = engine.Images.Count,
            Driver = StorageDriver,
            DriverStatus = [["Backing Filesystem", host.BackingFilesystem], ["Supports d_type", "true"], ["Native Overlay Diff", "true"]],
            Plugins = new PluginsInfo { Volume = ["local"], Network = ["bridge", "host", "null"], Log = ["json-file", "none"] },
            MemoryLimit = host.Cgroups.Memory,
            SwapLimit = host.Cgroups.Swap,
            CpuCfsPeriod = host.Cgroups.Cpu,
            CpuCfsQuota = host.Cgroups.Cpu,
            CPUShares = host.Cgroups.Cpu,
            CPUSet = host.Cgroups.Cpuset,
            PidsLimit = host.Cgroups.Pids,
            OomKillDisable = host.Cgroups.OomKillDisable,
            IPv4Forwarding = HostFacts.IPv4Forwarding,
            Debug = debug,
            NFd = Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(),
            NGoroutines = ThreadPool.ThreadCount,
            SystemTime = GoTime.Nano(now),
            LoggingDriver = options.LogDriver,
            CgroupDriver = "cgroupfs",
            CgroupVersion = host.Cgroups.Version.ToString(),
            KernelVersion = host.KernelVersion,
            OperatingSystem = host.OperatingSystem,
            OSVersion = host.OperatingSystemVersion,
            OSType = "linux",
            Architecture = host.Machine,
            IndexServerAddress = "https://index.docker.io/v1/",
            RegistryConfig = Registries(options),
            NCPU = host.Processors,
            MemTotal = host.Memory,
            DockerRootDir = options.Root,
            Labels = options.Labels,
            ServerVersion = ProductVersion.Text,
            Runtimes = new Dictionary<string, RuntimeInfo> { [RuntimeName] = new() { Path = options.RuntimePath ?? Path.Combine(AppContext.BaseDirectory, RuntimeName) } },
            DefaultRuntime = RuntimeName,
            LiveRestoreEnabled = options.LiveRestore,
            InitBinary = "wharf-init",
            SecurityOptions = host.SecurityOptions,
            DefaultAddressPools = options.DefaultAddressPools.Count == 0
                ? null
                : [.. options.DefaultAddressPools.Select(pool => new AddressPool { Base = pool.Base, Size = pool.Size })],
            FirewallBackend = new FirewallInfo { Driver = "nftables" },
            Warnings = [.. host.Cgroups.Warnings, .. engine.Networks.Warnings],
        };
    }

    private static RegistryServiceConfig Registries(EngineOptions options)
    {
        var indexes = new Dictionary<string, IndexInfo>
        {
            ["docker.io"] = new() { Name = "docker.io", Mirrors = options.RegistryMirrors, Secure = true, Official = true },
        };
        foreach (string host in options.InsecureRegistries.Where(registry => !registry.Contains('/', StringComparison.Ordinal)))
        {
            indexes[host] = new IndexInfo { Name = host };
        }

        return new RegistryServiceConfig
        {
            InsecureRegistryCIDRs = ["::1/128", "127.0.0.0/8", .. options.InsecureRegistries.Where(registry => registry.Contains('/', StringComparison.Ordinal))],
            IndexConfigs = indexes,
            Mirrors = options.RegistryMirrors.Count > 0 ? options.RegistryMirrors : null,
        };
    }
}
