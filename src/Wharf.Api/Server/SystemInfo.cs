using Wharf.Api.Common;

namespace Wharf.Api.Server;

/// <summary>Answer of <c>GET /info</c>.</summary>
public sealed class SystemInfo
{
    public string ID { get; set; } = "";
    public int Containers { get; set; }
    public int ContainersRunning { get; set; }
    public int ContainersPaused { get; set; }
    public int ContainersStopped { get; set; }
    public int Images { get; set; }
    public string Driver { get; set; } = "";
    public IReadOnlyList<IReadOnlyList<string>> DriverStatus { get; set; } = [];
    public PluginsInfo Plugins { get; set; } = new();
    public bool MemoryLimit { get; set; }
    public bool SwapLimit { get; set; }
    public bool CpuCfsPeriod { get; set; }
    public bool CpuCfsQuota { get; set; }
    public bool CPUShares { get; set; }
    public bool CPUSet { get; set; }
    public bool PidsLimit { get; set; }
    public bool IPv4Forwarding { get; set; }
    public bool Debug { get; set; }
    public int NFd { get; set; }
    public bool OomKillDisable { get; set; }
    public int NGoroutines { get; set; }
    public string SystemTime { get; set; } = "";
    public string LoggingDriver { get; set; } = "";
    public string CgroupDriver { get; set; } = "";
    public string? CgroupVersion { get; set; }
    public int NEventsListener { get; set; }
    public string KernelVersion { get; set; } = "";
    public string OperatingSystem { get; set; } = "";
    public string OSVersion { get; set; } = "";
    public string OSType { get; set; } = "";
    public string Architecture { get; set; } = "";
    public string IndexServerAddress { get; set; } = "";
    public RegistryServiceConfig RegistryConfig { get; set; } = new();
    public int NCPU { get; set; }
    public long MemTotal { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<EmptyObject>? GenericResources { get; set; }

    public string DockerRootDir { get; set; } = "";
    public string HttpProxy { get; set; } = "";
    public string HttpsProxy { get; set; } = "";
    public string NoProxy { get; set; } = "";
    public string Name { get; set; } = "";
    public IReadOnlyList<string> Labels { get; set; } = [];
    public bool ExperimentalBuild { get; set; }
    public string ServerVersion { get; set; } = "";
    public IReadOnlyDictionary<string, RuntimeInfo> Runtimes { get; set; } = new Dictionary<string, RuntimeInfo>();
    public string DefaultRuntime { get; set; } = "";
    public SwarmInfo Swarm { get; set; } = new();
    public bool LiveRestoreEnabled { get; set; }
    public string Isolation { get; set; } = "";
    public string InitBinary { get; set; } = "";
    public CommitInfo ContainerdCommit { get; set; } = new();
    public CommitInfo RuncCommit { get; set; } = new();
    public CommitInfo InitCommit { get; set; } = new();
    public IReadOnlyList<string> SecurityOptions { get; set; } = [];
    public string? ProductLicense { get; set; }
    public IReadOnlyList<AddressPool>? DefaultAddressPools { get; set; }
    public FirewallInfo? FirewallBackend { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? CDISpecDirs { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? Warnings { get; set; }
}

public sealed class PluginsInfo
{
    public IReadOnlyList<string> Volume { get; set; } = [];
    public IReadOnlyList<string> Network { get; set; } = [];

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? Authorization { get; set; }

    public IReadOnlyList<string> Log { get; set; } = [];
}

public sealed class RegistryServiceConfig
{
    public IReadOnlyList<string> InsecureRegistryCIDRs { get; set; } = [];
    public IReadOnlyDictionary<string, IndexInfo> IndexConfigs { get; set; } = new Dictionary<string, IndexInfo>();

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? Mirrors { get; set; }
}

public sealed class IndexInfo
{
    public string Name { get; set; } = "";
    public IReadOnlyList<string> Mirrors { get; set; } = [];
    public bool Secure { get; set; }
    public bool Official { get; set; }
}

public sealed class RuntimeInfo
{
    [JsonPropertyName("path")]
    public string? Path { get; set; }

    [JsonPropertyName("runtimeArgs")]
    public IReadOnlyList<string>? RuntimeArgs { get; set; }
}

public sealed class CommitInfo
{
    public string ID { get; set; } = "";
}

public sealed class SwarmInfo
{
    public string NodeID { get; set; } = "";
    public string NodeAddr { get; set; } = "";

    /// <summary>inactive, pending, active, error or locked. Clients ask before each service command.</summary>
    public string LocalNodeState { get; set; } = "inactive";

    public bool ControlAvailable { get; set; }
    public string Error { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<EmptyObject>? RemoteManagers { get; set; }
}

public sealed class AddressPool
{
    public string Base { get; set; } = "";
    public int Size { get; set; }
}

public sealed class FirewallInfo
{
    public string Driver { get; set; } = "";
    public IReadOnlyList<IReadOnlyList<string>>? Info { get; set; }
}
