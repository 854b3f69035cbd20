using Wharf.Engine.Containers.Security;
using Wharf.Engine.Networks;

namespace Wharf.Engine.Containers.Validation;

/// <summary>Everything about a create request that can be refused by looking at it, in Docker's words.</summary>
internal static class RequestRules
{
    private const long OneMillisecond = 1_000_000;
    private static readonly string[] Runtimes = ["", "wharf", "wharf-runtime", "runc", "io.containerd.runc.v2"];

    internal static void Check(ContainerConfig config, HostConfig host, MachineFacts machine)
    {
        CheckProcess(config);
        CheckHealth(config.HealthCheck);
        ResourceRules.Check(host.Resources, machine);
        CheckHost(host);
        CheckSecurity(host);
        CheckRestart(host.RestartPolicy, host.AutoRemove);
        NamespaceMode.Check(host);
        CheckNetwork(config, host);
    }

    internal static void CheckRestart(RestartPolicy policy, bool autoRemove)
    {
        if (policy.Name is not ("" or "no" or "always" or "unless-stopped" or "on-failure"))
        {
            throw WharfException.Invalid(
                $"invalid restart policy: unknown policy '{policy.Name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
        }

        if (policy.MaximumRetryCount < 0)
        {
            throw WharfException.Invalid("invalid restart policy: maximum retry count cannot be negative");
        }

        if (policy.MaximumRetryCount > 0 && policy.Name != "on-failure")
        {
            throw WharfException.Invalid("invalid restart policy: maximum retry count can only be used with 'on-failure'");
        }

        if (autoRemove && policy.Name is not ("" or "no"))
        {
            throw WharfException.Invalid("can't create 'AutoRemove' container with restart policy");
        }
    }

    /// <summary><c>NAME=value</c> or <c>NAME</c>; the name is not empty.</summary>
    internal static void CheckEnvironment(IEnumerable<string> variables)
    {
        foreach (string variable in variables)
        {
            if (variable.Length == 0 || variable[0] == '=' || variable.Contains('\0'))
            {
                throw WharfException.Invalid($"invalid environment variable: {variable}");
            }
        }
    }

    internal static void CheckWorkingDirectory(string directory)
    {
        if (directory.Length > 0 && !directory.StartsWith('/'))
        {
            throw WharfException.Invalid($"the working directory '{directory}' is invalid, it needs to be an absolute path");
        }
    }

    private static void CheckProcess(ContainerConfig config)
    {
        CheckEnvironment(config.Env);
        CheckWorkingDirectory(config.WorkingDir);
        if (config.StopSignal is { Length: > 0 } signal)
        {
            _ = Signals.Parse(signal);
        }

        // HOST_NAME_MAX and __NEW_UTS_LEN are 64 on Linux.
        foreach ((string what, string name) in (ReadOnlySpan<(string, string)>)[("hostname", config.Hostname), ("domainname", config.Domainname)])
        {
            if (name.Length > 64 || name.Contains('\0'))
            {
                throw WharfException.Invalid($"invalid {what}: {name}: {(name.Length > 64 ? "longer than the 64 bytes that Linux allows" : "it has a null byte")}");
            }
        }
    }

    private static void CheckHealth(HealthCheck? health)
    {
        if (health is null)
        {
            return;
        }

        (string Name, long Value)[] times =
        [
            ("Interval", health.Interval), ("Timeout", health.Timeout), ("StartPeriod", health.StartPeriod), ("StartInterval", health.StartInterval),
        ];
        foreach ((string name, long value) in times)
        {
            if (value is not 0 and < OneMillisecond)
            {
                throw WharfException.Invalid($"{name} in Healthcheck cannot be less than 1ms");
            }
        }

        if (health.Retries < 0)
        {
            throw WharfException.Invalid("Retries in Healthcheck cannot be negative");
        }
    }

    private static void CheckHost(HostConfig host)
    {
        if (host.OomScoreAdj is < -1000 or > 1000)
        {
            throw WharfException.Invalid($"Invalid value {host.OomScoreAdj}, range for oom score adj is [-1000, 1000]");
        }

        if (host.ShmSize < 0)
        {
            throw WharfException.Invalid("SHM size can not be less than 0");
        }

        if (!Runtimes.Contains(host.Runtime))
        {
            throw WharfException.Invalid($"unknown or invalid runtime name: {host.Runtime}");
        }

        if (host.StorageOpt.Count > 0)
        {
            throw WharfException.Invalid("--storage-opt is supported only for overlay over xfs with 'pquota' mount option");
        }
    }

    private static void CheckSecurity(HostConfig host)
    {
        _ = CapabilitySet.Normalize("CapAdd", host.CapAdd);
        _ = CapabilitySet.Normalize("CapDrop", host.CapDrop);
        SecurityOptions security = SecurityOptions.Parse(host.SecurityOpt);
        if (security.Seccomp is not (null or SecurityOptions.Unconfined or SecurityOptions.Builtin))
        {
            _ = SeccompResolver.Parse(security.Seccomp);
        }
    }

    private static void CheckNetwork(ContainerConfig config, HostConfig host)
    {
        if (host.Links.Count > 0)
        {
            throw WharfException.Invalid("links are not supported: put both containers on a network of their own, where they find each other by name");
        }

        NamespaceMode network = NamespaceMode.Parse(host.NetworkMode);
        if (network.Container is not null && config.Hostname.Length > 0)
        {
            throw WharfException.Invalid("conflicting options: hostname and the network mode");
        }

        if (network.Container is not null && (host.PublishAllPorts || host.PortBindings.Count > 0))
        {
            throw WharfException.Invalid("conflicting options: port publishing and the container type network mode");
        }

        if ((network.IsHost || network.Container is not null) && host.Sysctls.Keys.FirstOrDefault(IsNetworkSysctl) is { } sysctl)
        {
            throw WharfException.Invalid($"sysctl \"{sysctl}\" is not allowed in a network namespace that is not the container's own");
        }

        foreach (string entry in host.ExtraHosts)
        {
            _ = HostsFile.Parse(entry);
        }
    }

    internal static bool IsNetworkSysctl(string name) => name.StartsWith("net.", StringComparison.Ordinal);
}
