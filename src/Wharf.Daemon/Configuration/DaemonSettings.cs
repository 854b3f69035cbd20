using System.Net;
using Wharf.Engine;

namespace Wharf.Daemon.Configuration;

/// <summary>Everything the daemon was told, understood: the engine's part and its own.</summary>
internal sealed record DaemonSettings
{
    internal const string DefaultHost = "unix:///run/wharf.sock";

    internal required EngineOptions Engine { get; init; }
    internal required IReadOnlyList<string> Hosts { get; init; }
    internal required string Pidfile { get; init; }
    internal LogLevel LogLevel { get; init; } = LogLevel.Information;
    internal string? Group { get; init; }
    internal TlsSettings? Tls { get; init; }

    /// <summary>Flags and keys of the file that have no meaning here: worth a warning.</summary>
    internal IReadOnlyList<string> Ignored { get; init; } = [];

    /// <exception cref="ConfigurationException">Anything wrong on the command line or in the file.</exception>
    internal static DaemonSettings Load(RawSettings flags)
    {
        List<string> ignored = [.. DaemonOption.Ignored.Where(option => flags.Has(option.Name)).Select(option => $"flag --{option.Flag}")];
        RawSettings file = ConfigurationFile.Read(flags.Text("config-file") ?? ConfigurationFile.DefaultPath, flags.Has("config-file"), ignored);
        return From(RawSettings.Merge(flags, file)) with { Ignored = ignored };
    }

    internal static DaemonSettings From(RawSettings raw)
    {
        EngineOptions engine = BuildEngineOptions(raw);
        return new DaemonSettings
        {
            Engine = engine,
            Hosts = raw.List("hosts") is { Count: > 0 } hosts ? hosts : [DefaultHost],
            Pidfile = raw.Text("pidfile") ?? Path.Combine(engine.RunDirectory, "wharfd.pid"),
            LogLevel = raw.Switch("debug") ? LogLevel.Debug : ParseLevel(raw.Text("log-level") ?? "info"),
            Group = raw.Text("group"),
            Tls = raw.Switch("tls") || raw.Switch("tlsverify") ? TlsSettings.From(raw) : null,
        };
    }

    private static EngineOptions BuildEngineOptions(RawSettings raw)
    {
        var defaults = new EngineOptions { Root = Absolute("data-root", raw.Text("data-root") ?? EngineOptions.DefaultRoot) };
        return defaults with
        {
            // A second root gets a second place for volatile state too, so that two daemons differ by one flag.
            RunDirectory = Absolute("exec-root", raw.Text("exec-root") ?? "/run/" + defaults.InstanceName),
            Bridge = raw.Text("bridge"),
            BridgeAddress = raw.Text("bip"),
            FixedCidr = raw.Text("fixed-cidr"),
            DefaultAddressPools = [.. raw.List("default-address-pools").Select(ParsePool)],
            Dns = raw.List("dns"),
            DnsOptions = raw.List("dns-opts"),
            DnsSearch = raw.List("dns-search"),
            DefaultPublishAddress = ParseAddress(raw.Text("ip")) ?? defaults.DefaultPublishAddress,
            EnableIPv4Forwarding = raw.Switch("ip-forward", missing: true),
            ManageFirewall = raw.Switch("iptables", missing: true),
            Mtu = raw.Number("mtu"),
            InsecureRegistries = raw.List("insecure-registries"),
            RegistryMirrors = [.. raw.List("registry-mirrors").Select(CheckMirror)],
            MaxConcurrentDownloads = Positive(raw, "max-concurrent-downloads") ?? defaults.MaxConcurrentDownloads,
            MaxConcurrentUploads = Positive(raw, "max-concurrent-uploads") ?? defaults.MaxConcurrentUploads,
            MaxDownloadAttempts = Positive(raw, "max-download-attempts") ?? defaults.MaxDownloadAttempts,
            UsernsRemap = raw.Text("userns-remap"),
            LogDriver = raw.Text("log-driver") ?? defaults.LogDriver,
            LogOptions = raw.List("log-opts").Select(option => ParsePair("log-opt", option)).ToDictionary(),
            DefaultUlimits = [.. raw.List("default-ulimits").Select(ParseUlimit)],
            Labels = [.. raw.List("labels").Select(CheckLabel)],
            InitByDefault = raw.Switch("init"),
            InitPath = raw.Text("init-path"),
            DefaultShmSize = raw.Text("default-shm-size") is { } size ? ParseSize("default-shm-size", size) : defaults.DefaultShmSize,
            NoNewPrivilegesByDefault = raw.Switch("no-new-privileges"),
            SeccompProfile = raw.Text("seccomp-profile"),
            CgroupParent = raw.Text("cgroup-parent"),
            ShutdownTimeoutSeconds = raw.Number("shutdown-timeout") ?? defaults.ShutdownTimeoutSeconds,
            BuildCache = raw.Text("builder") is { } builder ? BuilderSettings.Parse(builder) : defaults.BuildCache,
            LiveRestore = raw.Switch("live-restore", missing: true),
        };
    }

    private static LogLevel ParseLevel(string text) => text.ToLowerInvariant() switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "warn" or "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "fatal" or "panic" => LogLevel.Critical,
        _ => throw new ConfigurationException($"invalid logging level: {text}"),
    };

    private static string Absolute(string name, string path) =>
        Path.IsPathFullyQualified(path) ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)) : throw new ConfigurationException($"--{name} must be an absolute path: {path}");

    private static AddressPoolOption ParsePool(string text)
    {
        Dictionary<string, string> members = text.Split(',').Select(member => ParsePair("default-address-pool", member)).ToDictionary();
        return members.TryGetValue("base", out string? network) && IPNetwork.TryParse(network, out _)
            && members.TryGetValue("size", out string? size) && int.TryParse(size, out int prefix)
                ? new AddressPoolOption(network, prefix)
                : throw new ConfigurationException($"invalid argument \"{text}\" for \"--default-address-pool\" flag: expected base=CIDR,size=PREFIX");
    }

    private static IPAddress? ParseAddress(string? text) =>
        text is null ? null : IPAddress.TryParse(text, out IPAddress? address) ? address : throw new ConfigurationException($"{text} is not an ip address");

    private static int? Positive(RawSettings raw, string name) => raw.Number(name) switch
    {
        <= 0 => throw new ConfigurationException($"invalid {name.Replace('-', ' ')}: {raw.Text(name)}"),
        { } number => number,
        null => null,
    };

    private static UlimitOption ParseUlimit(string text)
    {
        KeyValuePair<string, string> pair = ParsePair("default-ulimit", text);
        string[] limits = pair.Value.Split(':');
        if (limits.Length > 2 || !long.TryParse(limits[0], out long soft) || !long.TryParse(limits[^1], out long hard))
        {
            throw new ConfigurationException($"invalid ulimit argument: {text}");
        }

        return soft <= hard || hard == -1
            ? new UlimitOption(pair.Key, soft, hard)
            : throw new ConfigurationException($"ulimit soft limit must be less than or equal to hard limit: {soft} > {hard}");
    }

    private static string CheckLabel(string text) =>
        text.IndexOf('=', StringComparison.Ordinal) > 0 ? text : throw new ConfigurationException($"bad attribute format: {text}");

    private static string CheckMirror(string text)
    {
        string scheme = text.Contains("://", StringComparison.Ordinal) ? text[..text.IndexOf("://", StringComparison.Ordinal)] : "";
        if (scheme.Length == 0)
        {
            throw new ConfigurationException($"invalid mirror: no scheme specified for \"{text}\": must use either 'https://' or 'http://'");
        }

        if (scheme is not ("http" or "https"))
        {
            throw new ConfigurationException($"invalid mirror: unsupported scheme \"{scheme}\" in \"{text}\": must use either 'https://' or 'http://'");
        }

        return Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address is { UserInfo: "", Query: "", Fragment: "" }
            ? text
            : throw new ConfigurationException($"invalid mirror: \"{text}\" is not an address without user, query and fragment");
    }

    private static KeyValuePair<string, string> ParsePair(string flag, string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? KeyValuePair.Create(text[..equals], text[(equals + 1)..])
            : throw new ConfigurationException($"invalid argument \"{text}\" for \"--{flag}\" flag: expected KEY=VALUE");
    }

    private static long ParseSize(string name, string text) => ByteSize.TryParse(text, out long bytes)
        ? bytes
        : throw new ConfigurationException($"invalid argument \"{text}\" for \"--{name}\" flag: invalid size: '{text}'");
}
