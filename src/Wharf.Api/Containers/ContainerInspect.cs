using Wharf.Api.Images;
using Wharf.Api.Networks;

namespace Wharf.Api.Containers;

/// <summary>Answer of <c>GET /containers/{id}/json</c>.</summary>
public sealed class ContainerInspect
{
    public string Id { get; set; } = "";

    /// <summary>RFC 3339 with nanoseconds, UTC.</summary>
    public string Created { get; set; } = "";

    public string Path { get; set; } = "";
    public IReadOnlyList<string> Args { get; set; } = [];
    public ContainerState State { get; set; } = new();
    public string Image { get; set; } = "";
    public string ResolvConfPath { get; set; } = "";
    public string HostnamePath { get; set; } = "";
    public string HostsPath { get; set; } = "";
    public string LogPath { get; set; } = "";

    /// <summary>With a leading slash.</summary>
    public string Name { get; set; } = "";

    public int RestartCount { get; set; }
    public string Driver { get; set; } = "";
    public string Platform { get; set; } = "";
    public Descriptor? ImageManifestDescriptor { get; set; }
    public string MountLabel { get; set; } = "";
    public string ProcessLabel { get; set; } = "";
    public string AppArmorProfile { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? ExecIDs { get; set; }

    public HostConfig HostConfig { get; set; } = new();
    public GraphDriver? GraphDriver { get; set; }
    public long? SizeRw { get; set; }
    public long? SizeRootFs { get; set; }
    public IReadOnlyList<MountPoint> Mounts { get; set; } = [];
    public ContainerConfig Config { get; set; } = new();
    public NetworkSettings NetworkSettings { get; set; } = new();
}

public sealed class ContainerState
{
    /// <summary>created, running, paused, restarting, removing, exited or dead.</summary>
    public string Status { get; set; } = "";

    /// <summary>True also while paused or restarting.</summary>
    public bool Running { get; set; }

    public bool Paused { get; set; }
    public bool Restarting { get; set; }
    public bool OOMKilled { get; set; }
    public bool Dead { get; set; }
    public int Pid { get; set; }
    public int ExitCode { get; set; }
    public string Error { get; set; } = "";

    /// <summary><c>0001-01-01T00:00:00Z</c> when it never was.</summary>
    public string StartedAt { get; set; } = "";

    public string FinishedAt { get; set; } = "";
    public Health? Health { get; set; }
}

public sealed class Health
{
    /// <summary>none, starting, healthy or unhealthy.</summary>
    public string Status { get; set; } = "";

    public int FailingStreak { get; set; }

    /// <summary>The last few runs, oldest first.</summary>
    public IReadOnlyList<HealthcheckResult>? Log { get; set; }
}

public sealed class HealthcheckResult
{
    public string Start { get; set; } = "";
    public string End { get; set; } = "";
    public int ExitCode { get; set; }
    public string Output { get; set; } = "";
}

/// <summary>The nullable fields are those of the default network alone: clients before API 1.52 read them, later ones get them no more.</summary>
public sealed class NetworkSettings
{
    public string? Bridge { get; set; }
    public string SandboxID { get; set; } = "";
    public string SandboxKey { get; set; } = "";

    /// <summary>Null for a port that is exposed but not published.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<PortBinding>?> Ports { get; set; } = new Dictionary<string, IReadOnlyList<PortBinding>?>();

    public bool? HairpinMode { get; set; }
    public string? LinkLocalIPv6Address { get; set; }
    public int? LinkLocalIPv6PrefixLen { get; set; }
    public string? EndpointID { get; set; }
    public string? Gateway { get; set; }
    public string? GlobalIPv6Address { get; set; }
    public int? GlobalIPv6PrefixLen { get; set; }
    public string? IPAddress { get; set; }
    public int? IPPrefixLen { get; set; }
    public string? IPv6Gateway { get; set; }
    public string? MacAddress { get; set; }
    public IReadOnlyDictionary<string, EndpointSettings> Networks { get; set; } = new Dictionary<string, EndpointSettings>();
}
