namespace Wharf.Daemon.Configuration;

internal enum OptionKind
{
    /// <summary>True or false; on the command line the value may be left out.</summary>
    Switch,

    Text,

    /// <summary>May be given several times; an array in the file.</summary>
    List,

    /// <summary>An object in the file, kept as JSON.</summary>
    Document,
}

/// <summary>One setting. The names are dockerd's, so that its units, scripts and files go on working.</summary>
/// <param name="Key">Name in daemon.json; null for what only makes sense on the command line.</param>
/// <param name="Flag">Long flag, without dashes; null for what only makes sense in the file.</param>
internal sealed record DaemonOption(string? Key, string? Flag, char? Short, OptionKind Kind, string Help)
{
    /// <summary>What a setting is called inside: the file's name, for those that have one.</summary>
    internal string Name => Key ?? Flag!;

    internal static IReadOnlyList<DaemonOption> All { get; } =
    [
        Text("bip", "Address and prefix of the default bridge"),
        Text("bridge", "Name of the default bridge", 'b'),
        Text("cgroup-parent", "Parent cgroup of all containers"),
        new("builder", null, null, OptionKind.Document, "How the build cache is kept small"),
        new(null, "config-file", null, OptionKind.Text, "Configuration file (default \"/etc/wharf/daemon.json\")"),
        Text("data-root", "Root directory of persistent state (default \"/var/lib/wharf\")"),
        Switch("debug", "Debug logging", 'D'),
        List("default-address-pools", "default-address-pool", "Address pool for networks: base=CIDR,size=PREFIX"),
        Text("default-shm-size", "Size of a container's /dev/shm (default 64MiB)"),
        List("default-ulimits", "default-ulimit", "Ulimit of containers that set none: NAME=SOFT[:HARD]"),
        List("dns", "dns", "DNS server of containers"),
        List("dns-opts", "dns-opt", "DNS option of containers"),
        List("dns-search", "dns-search", "DNS search domain of containers"),
        Text("exec-root", "Root directory of volatile state (default \"/run/wharf\")"),
        Text("fixed-cidr", "Part of the default bridge's subnet that addresses are given from"),
        Text("group", "Group that may use the unix socket (default \"wharf\" if there is one)", 'G'),
        new(null, "help", 'h', OptionKind.Switch, "Print this and exit"),
        List("hosts", "host", "Address to listen on: unix://PATH, tcp://HOST:PORT or fd://", 'H'),
        Switch("init", "Run an init in every container that does not say otherwise"),
        Text("init-path", "The init binary"),
        List("insecure-registries", "insecure-registry", "Registry to use without verified TLS: HOST[:PORT] or CIDR"),
        Text("ip", "Address that published ports listen on (default 0.0.0.0)"),
        Switch("ip-forward", "Turn IP forwarding on (default true)"),
        Switch("iptables", "Manage firewall rules (default true)"),
        List("labels", "label", "Label of this engine: KEY=VALUE"),
        Switch("live-restore", "Keep containers running while the daemon is stopped (default true)"),
        Text("log-driver", "Log driver of containers that name none (default \"json-file\")"),
        Text("log-level", "debug, info, warn, error or fatal (default \"info\")", 'l'),
        List("log-opts", "log-opt", "Option of the default log driver: KEY=VALUE"),
        Text("max-concurrent-downloads", "Layers fetched at the same time (default 3)"),
        Text("max-concurrent-uploads", "Layers sent at the same time (default 5)"),
        Text("max-download-attempts", "Attempts for each layer (default 5)"),
        Text("mtu", "MTU of the default bridge"),
        Switch("no-new-privileges", "Set no_new_privs in every container that does not say otherwise"),
        Text("pidfile", "File for the process id (default \"EXEC-ROOT/wharfd.pid\")", 'p'),
        List("registry-mirrors", "registry-mirror", "Mirror of Docker Hub"),
        Text("seccomp-profile", "Seccomp profile of containers, or \"unconfined\""),
        Text("shutdown-timeout", "Seconds that containers get to end when the daemon stops (default 15)"),
        Switch("tls", "Use TLS on tcp:// addresses"),
        Text("tlscacert", "Trust clients whose certificates this authority signed (default \"~/.docker/ca.pem\")"),
        Text("tlscert", "The daemon's certificate (default \"~/.docker/cert.pem\")"),
        Text("tlskey", "The daemon's key (default \"~/.docker/key.pem\")"),
        Switch("tlsverify", "Use TLS and require a client certificate"),
        Text("userns-remap", "User (and group) whose subordinate ids containers run in: USER[:GROUP]"),
        new(null, "validate", null, OptionKind.Switch, "Check the configuration and exit"),
        new(null, "version", 'v', OptionKind.Switch, "Print the version and exit"),
    ];

    /// <summary>What dockerd knows and this engine has no use for: units, scripts and files written for dockerd are taken as they are.</summary>
    internal static IReadOnlyList<DaemonOption> Ignored { get; } =
    [
        .. new[]
        {
            "allow-direct-routing", "experimental", "icc", "ip-forward-no-drop", "ip-masq", "ip6tables", "ipv6", "raw-logs", "selinux-enabled",
            "userland-proxy",
        }.Select(name => Switch(name, "")),
        .. new[]
        {
            "api-cors-header", "bip6", "bridge-accept-fwmark", "containerd", "containerd-namespace", "containerd-plugins-namespace",
            "cpu-rt-period", "cpu-rt-runtime", "default-cgroupns-mode", "default-gateway", "default-gateway-v6", "default-ipc-mode",
            "default-runtime", "firewall-backend", "fixed-cidr-v6", "graph", "http-proxy", "https-proxy", "log-format",
            "metrics-addr", "network-control-plane-mtu", "no-proxy", "oom-score-adjust", "proxies", "swarm-default-advertise-addr",
            "userland-proxy-path",
        }.Select(name => Text(name, "")),
        Text("storage-driver", "", 's'),
        List("authorization-plugins", "authorization-plugin", ""),
        List("cdi-spec-dirs", "cdi-spec-dir", ""),
        List("default-network-opts", "default-network-opt", ""),
        List("exec-opts", "exec-opt", ""),
        List("features", "feature", ""),
        List("host-gateway-ips", "host-gateway-ip", ""),
        List("node-generic-resources", "node-generic-resource", ""),
        List("runtimes", "add-runtime", ""),
        List("storage-opts", "storage-opt", ""),
    ];

    /// <summary>All that the command line takes, whether it has a meaning or not.</summary>
    internal static IEnumerable<DaemonOption> Known => All.Concat(Ignored);

    private static DaemonOption Text(string name, string help, char? shorthand = null) => new(name, name, shorthand, OptionKind.Text, help);

    private static DaemonOption Switch(string name, string help, char? shorthand = null) => new(name, name, shorthand, OptionKind.Switch, help);

    private static DaemonOption List(string key, string flag, string help, char? shorthand = null) => new(key, flag, shorthand, OptionKind.List, help);
}
