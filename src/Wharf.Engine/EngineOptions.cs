using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Wharf.Engine;

/// <summary>Everything that differs between two engines on one machine. Defaults are those of a daemon started without flags.</summary>
public sealed record EngineOptions
{
    public const string DefaultRoot = "/var/lib/wharf";
    public const string DefaultRunDirectory = "/run/wharf";

    /// <summary>Persistent data: database, blobs, layers, containers, volumes.</summary>
    public string Root { get; init; } = DefaultRoot;

    /// <summary>Volatile data: monitor sockets, exit files, namespace mounts. Lost at reboot.</summary>
    public string RunDirectory { get; init; } = DefaultRunDirectory;

    /// <summary>The wharf-runtime binary; beside the running program when null.</summary>
    public string? RuntimePath { get; init; }

    /// <summary>Bridge of the default network; derived from <see cref="InstanceName"/> when null.</summary>
    public string? Bridge { get; init; }

    /// <summary>Address and prefix of the default bridge (<c>--bip</c>); from the first free pool when null.</summary>
    public string? BridgeAddress { get; init; }

    /// <summary>Part of the default bridge's subnet that containers' addresses are given from (<c>--fixed-cidr</c>).</summary>
    public string? FixedCidr { get; init; }

    /// <summary>Pools for networks without a subnet of their own: base and prefix size of each subnet taken from it.</summary>
    public IReadOnlyList<AddressPoolOption> DefaultAddressPools { get; init; } = [];

    public IReadOnlyList<string> Dns { get; init; } = [];
    public IReadOnlyList<string> DnsOptions { get; init; } = [];
    public IReadOnlyList<string> DnsSearch { get; init; } = [];

    /// <summary>Address that published ports listen on when the request names none.</summary>
    public IPAddress DefaultPublishAddress { get; init; } = IPAddress.Any;

    public bool EnableIPv4Forwarding { get; init; } = true;
    public bool ManageFirewall { get; init; } = true;
    public int? Mtu { get; init; }

    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];
    public IReadOnlyList<string> RegistryMirrors { get; init; } = [];

    /// <summary>Per-registry CA and client certificates, laid out as Docker's <c>certs.d</c>.</summary>
    public string CertificatesDirectory { get; init; } = "/etc/docker/certs.d";

    public int MaxConcurrentDownloads { get; init; } = 3;
    public int MaxConcurrentUploads { get; init; } = 5;
    public int MaxDownloadAttempts { get; init; } = 5;

    /// <summary><c>USER[:GROUP]</c> whose subordinate ids containers run in; null leaves ids as they are.</summary>
    public string? UsernsRemap { get; init; }

    public string LogDriver { get; init; } = "json-file";
    public IReadOnlyDictionary<string, string> LogOptions { get; init; } = new Dictionary<string, string>();
    public IReadOnlyList<UlimitOption> DefaultUlimits { get; init; } = [];
    public IReadOnlyList<string> Labels { get; init; } = [];
    public bool InitByDefault { get; init; }
    public string? InitPath { get; init; }
    public long DefaultShmSize { get; init; } = 64L << 20;
    public bool NoNewPrivilegesByDefault { get; init; }
    public string? SeccompProfile { get; init; }
    public string? CgroupParent { get; init; }
    public int ShutdownTimeoutSeconds { get; init; } = 15;

    public BuildCacheOptions BuildCache { get; init; } = new();

    /// <summary>
    /// Keep containers running when the daemon stops in an orderly way. Docker's default is to stop them, since it was made before it could do
    /// otherwise; here each container has a monitor that outlives the daemon, so an upgrade need not be noticed.
    /// </summary>
    public bool LiveRestore { get; init; } = true;

    /// <summary>
    /// Short name that everything this engine makes outside its own directories carries (bridge, firewall table, cgroup parent), so that
    /// engines with different roots never touch each other's. At most 12 characters: an interface name has 15.
    /// </summary>
    public string InstanceName =>
        Root == DefaultRoot ? "wharf" : "wharf-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Root)))[..6];
}

/// <param name="Base">CIDR that subnets are cut from.</param>
/// <param name="Size">Prefix length of each subnet.</param>
public sealed record AddressPoolOption(string Base, int Size);

public sealed record UlimitOption(string Name, long Soft, long Hard);
