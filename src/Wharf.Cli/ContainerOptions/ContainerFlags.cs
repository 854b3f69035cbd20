using Wharf.Cli.CommandLine;
using Wharf.Cli.CommandLine.Values;

namespace Wharf.Cli.ContainerOptions;

/// <summary>The flags that <c>run</c> and <c>create</c> share, in the order of their effect; <see cref="CreateRequestBuilder"/> turns them into a request.</summary>
internal sealed class ContainerFlags(OptionSet options)
{
    // What runs
    internal Option<string> Entrypoint { get; } = options.Text("entrypoint", null, "Replace the entrypoint of the image");
    internal ListOption Env { get; } = options.List("env", 'e', "Set environment variables", EnvironmentVariables.Check);
    internal ListOption EnvFile { get; } = options.List("env-file", null, "Read environment variables from a file");
    internal Option<string> User { get; } = options.Text("user", 'u', "User name or id (format: <name|uid>[:<group|gid>])");
    internal ListOption GroupAdd { get; } = options.List("group-add", null, "Additional groups to join");
    internal Option<string> Workdir { get; } = options.Text("workdir", 'w', "Working directory inside the container");
    internal Option<bool> Init { get; } = options.Flag("init", null, "Run an init inside the container that forwards signals and reaps processes");
    internal Option<string> StopSignal { get; } = options.Text("stop-signal", null, "Signal that stops the container");
    internal Option<int?> StopTimeout { get; } = options.Integer("stop-timeout", null, "Seconds to wait for it to stop before it is killed");

    // Its name and what is said about it
    internal Option<string> Name { get; } = options.Text("name", null, "Name of the container");
    internal Option<string> Hostname { get; } = options.Text("hostname", 'h', "Host name inside the container");
    internal Option<string> Domainname { get; } = options.Text("domainname", null, "NIS domain name inside the container");
    internal ListOption Labels { get; } = options.List("label", 'l', "Set labels of the container", EnvironmentVariables.Check);
    internal ListOption LabelFile { get; } = options.List("label-file", null, "Read labels from a file, one a line");
    internal ListOption Annotations { get; } = options.List("annotation", null, "Add an annotation, handed on to the runtime", kind: "map");
    internal Option<string> CidFile { get; } = options.Text("cidfile", null, "Write the container's id to this file");

    // Its streams
    internal ListOption Attach { get; } = options.List("attach", 'a', "Attach to STDIN, STDOUT or STDERR", CheckStream);
    internal Option<bool> Interactive { get; } = options.Flag("interactive", 'i', "Keep STDIN open even if not attached");
    internal Option<bool> Tty { get; } = options.Flag("tty", 't', "Allocate a pseudo-TTY");
    internal Option<string> LogDriver { get; } = options.Text("log-driver", null, "Logging driver of the container");
    internal ListOption LogOpt { get; } = options.List("log-opt", null, "Options of the logging driver");

    // Its image
    internal Option<string> Platform { get; } = options.Text("platform", null, "Platform of the image to take, if there are several");
    internal Option<string> Pull { get; } = options.Text("pull", null, "Pull the image first (\"always\", \"missing\", \"never\")", "missing");
    internal Option<bool> Quiet { get; } = options.Flag("quiet", 'q', "Keep silent while pulling");

    // How it ends
    internal Option<bool> Remove { get; } = options.Flag("rm", null, "Remove the container and its anonymous volumes when it exits");
    internal Option<string> Restart { get; } = options.Text("restart", null, "What to do when it exits: no, always, unless-stopped, on-failure[:N]", "no");

    // Its files
    internal ListOption Volumes { get; } = options.List("volume", 'v', "Mount a directory or a volume");
    internal ListOption Mounts { get; } = options.List("mount", null, "Attach a filesystem mount", MountSpec.Check, "mount");
    internal ListOption Tmpfs { get; } = options.List("tmpfs", null, "Mount a tmpfs");
    internal ListOption VolumesFrom { get; } = options.List("volumes-from", null, "Mount the volumes of other containers");
    internal Option<string> VolumeDriver { get; } = options.Text("volume-driver", null, "Volume driver of the container");
    internal Option<bool> ReadOnly { get; } = options.Flag("read-only", null, "Mount the container's root read-only");
    internal ListOption StorageOpt { get; } = options.List("storage-opt", null, "Options of the storage driver");
    internal Option<long?> ShmSize { get; } = options.Bytes("shm-size", null, "Size of /dev/shm");

    // Its network
    internal ListOption Networks { get; } = options.List("network", null, "Connect the container to a network", NetworkSpec.Check, "network");
    internal ListOption NetworkAliases { get; } = options.List("network-alias", null, "Further names of the container on its network");
    internal Option<string> Ip { get; } = options.Text("ip", null, "IPv4 address (172.30.100.104, say)");
    internal Option<string> Ip6 { get; } = options.Text("ip6", null, "IPv6 address (2001:db8::33, say)");
    internal ListOption LinkLocalIps { get; } = options.List("link-local-ip", null, "Link-local addresses of the container");
    internal Option<string> MacAddress { get; } = options.Text("mac-address", null, "MAC address (92:d0:c6:0a:29:33, say)");
    internal ListOption Links { get; } = options.List("link", null, "Link to another container");
    internal ListOption Dns { get; } = options.List("dns", null, "DNS servers", CheckAddress);
    internal ListOption DnsOptions { get; } = options.List("dns-option", null, "DNS options");
    internal ListOption DnsSearch { get; } = options.List("dns-search", null, "DNS search domains");
    internal ListOption ExtraHosts { get; } = options.List("add-host", null, "Add a host name and its address (host:ip)", CheckExtraHost);
    internal ListOption Publish { get; } = options.List("publish", 'p', "Publish a port, or a range of ports, to the host");
    internal Option<bool> PublishAll { get; } = options.Flag("publish-all", 'P', "Publish all exposed ports to random ports");
    internal ListOption Expose { get; } = options.List("expose", null, "Expose a port or a range of ports");

    // Its limits
    internal Option<long?> Memory { get; } = options.Bytes("memory", 'm', "Memory limit");
    internal Option<long?> MemoryReservation { get; } = options.Bytes("memory-reservation", null, "Memory soft limit");
    internal Option<long?> MemorySwap { get; } = options.Bytes("memory-swap", null, "Limit of memory and swap together: -1 for no limit");
    internal Option<long?> MemorySwappiness { get; } = options.Long("memory-swappiness", null, "How readily its memory is swapped out (0 to 100)");
    internal Option<bool> OomKillDisable { get; } = options.Flag("oom-kill-disable", null, "Do not kill it when it runs out of memory");
    internal Option<int?> OomScoreAdj { get; } = options.Integer("oom-score-adj", null, "How readily it is killed when the host runs out of memory (-1000 to 1000)");
    internal Option<long> Cpus { get; } = options.Custom("cpus", null, "decimal", "Number of CPUs", 0L, CpuCount.Parse);
    internal Option<long?> CpuShares { get; } = options.Long("cpu-shares", 'c', "CPU shares (relative weight)");
    internal Option<long?> CpuPeriod { get; } = options.Long("cpu-period", null, "Period of the CPU limit in microseconds");
    internal Option<long?> CpuQuota { get; } = options.Long("cpu-quota", null, "CPU time per period in microseconds");
    internal Option<long?> CpuRtPeriod { get; } = options.Long("cpu-rt-period", null, "Real-time period in microseconds");
    internal Option<long?> CpuRtRuntime { get; } = options.Long("cpu-rt-runtime", null, "Real-time CPU time per period in microseconds");
    internal Option<string> CpusetCpus { get; } = options.Text("cpuset-cpus", null, "CPUs it may use (0-3, 0,1)");
    internal Option<string> CpusetMems { get; } = options.Text("cpuset-mems", null, "Memory nodes it may use (0-3, 0,1)");
    internal Option<long?> PidsLimit { get; } = options.Long("pids-limit", null, "Limit of processes (-1 for none)");
    internal ListOption Ulimits { get; } = options.List("ulimit", null, "Ulimits", CheckUlimit, "ulimit");
    internal Option<int?> BlkioWeight { get; } = options.Integer("blkio-weight", null, "Weight of its block I/O, between 10 and 1000, or 0", "0");
    internal ListOption BlkioWeightDevice { get; } = options.List("blkio-weight-device", null, "Weight of its block I/O on one device", DeviceSpec.CheckWeight);
    internal ListOption DeviceReadBps { get; } = options.List("device-read-bps", null, "Limit bytes per second read from a device", DeviceSpec.CheckByteRate);
    internal ListOption DeviceWriteBps { get; } = options.List("device-write-bps", null, "Limit bytes per second written to a device", DeviceSpec.CheckByteRate);
    internal ListOption DeviceReadIops { get; } = options.List("device-read-iops", null, "Limit reads per second from a device", DeviceSpec.CheckRate);
    internal ListOption DeviceWriteIops { get; } = options.List("device-write-iops", null, "Limit writes per second to a device", DeviceSpec.CheckRate);
    internal Option<string> CgroupParent { get; } = options.Text("cgroup-parent", null, "Parent cgroup of the container");

    // What it may do
    internal Option<bool> Privileged { get; } = options.Flag("privileged", null, "Give the container all that the daemon may do");
    internal ListOption CapAdd { get; } = options.List("cap-add", null, "Add Linux capabilities");
    internal ListOption CapDrop { get; } = options.List("cap-drop", null, "Drop Linux capabilities");
    internal ListOption SecurityOpt { get; } = options.List("security-opt", null, "Security options");
    internal ListOption Devices { get; } = options.List("device", null, "Add a device of the host");
    internal ListOption DeviceCgroupRules { get; } = options.List("device-cgroup-rule", null, "Add a rule to the devices it may use");
    internal ListOption Gpus { get; } = options.List("gpus", null, "Add GPUs ('all' for all of them)", kind: "gpu-request");
    internal ListOption Sysctls { get; } = options.List("sysctl", null, "Sysctl settings", kind: "map");

    // Its namespaces
    internal Option<string> Pid { get; } = options.Text("pid", null, "PID namespace to use");
    internal Option<string> Ipc { get; } = options.Text("ipc", null, "IPC namespace to use");
    internal Option<string> Uts { get; } = options.Text("uts", null, "UTS namespace to use");
    internal Option<string> Userns { get; } = options.Text("userns", null, "User namespace to use");
    internal Option<string> Cgroupns { get; } = options.Text("cgroupns", null, "Cgroup namespace to use (host|private)");
    internal Option<string> Runtime { get; } = options.Text("runtime", null, "Runtime to use for this container");

    // How its health is watched
    internal Option<string> HealthCmd { get; } = options.Text("health-cmd", null, "Command that checks its health");
    internal Option<TimeSpan?> HealthInterval { get; } = options.Duration("health-interval", "Time between checks (ms|s|m|h)");
    internal Option<int?> HealthRetries { get; } = options.Integer("health-retries", null, "Failures in a row that make it unhealthy");
    internal Option<TimeSpan?> HealthStartInterval { get; } = options.Duration("health-start-interval", "Time between checks while it starts (ms|s|m|h)");
    internal Option<TimeSpan?> HealthStartPeriod { get; } = options.Duration("health-start-period", "Time it is given to start before failures count (ms|s|m|h)");
    internal Option<TimeSpan?> HealthTimeout { get; } = options.Duration("health-timeout", "Longest time for one check (ms|s|m|h)");
    internal Option<bool> NoHealthcheck { get; } = options.Flag("no-healthcheck", null, "Do not check its health, whatever the image says");

    private static string CheckUlimit(string text)
    {
        UlimitSpec.Parse(text);
        return text;
    }

    private static string CheckStream(string text) => text.ToLowerInvariant() is "stdin" or "stdout" or "stderr"
        ? text.ToLowerInvariant()
        : throw new FormatException("valid streams are STDIN, STDOUT and STDERR");

    private static string CheckAddress(string text) => System.Net.IPAddress.TryParse(text, out _)
        ? text
        : throw new FormatException($"IP address is not correctly formatted: {text}");

    private static string CheckExtraHost(string text)
    {
        int split = text.IndexOfAny([':', '=']);
        if (split <= 0 || split == text.Length - 1)
        {
            throw new FormatException($"bad format for add-host: \"{text}\"");
        }

        string address = text[(split + 1)..];
        return address == "host-gateway" || System.Net.IPAddress.TryParse(address, out _)
            ? $"{text[..split]}:{address}"
            : throw new FormatException($"invalid IP address in add-host: \"{address}\"");
    }
}
