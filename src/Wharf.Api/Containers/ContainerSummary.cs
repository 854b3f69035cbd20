using Wharf.Api.Images;
using Wharf.Api.Networks;

namespace Wharf.Api.Containers;

/// <summary>One element of <c>GET /containers/json</c>.</summary>
public sealed class ContainerSummary
{
    public string Id { get; set; } = "";

    /// <summary>Each with a leading slash.</summary>
    public IReadOnlyList<string> Names { get; set; } = [];

    public string Image { get; set; } = "";
    public string ImageID { get; set; } = "";
    public Descriptor? ImageManifestDescriptor { get; set; }
    public string Command { get; set; } = "";

    /// <summary>Unix seconds.</summary>
    public long Created { get; set; }

    public IReadOnlyList<PortSummary> Ports { get; set; } = [];
    public long? SizeRw { get; set; }
    public long? SizeRootFs { get; set; }
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();
    public string State { get; set; } = "";

    /// <summary>For people: <c>Up 5 seconds (healthy)</c>.</summary>
    public string Status { get; set; } = "";

    public SummaryHostConfig HostConfig { get; set; } = new();
    public SummaryNetworkSettings NetworkSettings { get; set; } = new();
    public IReadOnlyList<MountPoint> Mounts { get; set; } = [];
    public HealthSummary? Health { get; set; }
}

public sealed class SummaryHostConfig
{
    public string? NetworkMode { get; set; }
    public IReadOnlyDictionary<string, string>? Annotations { get; set; }
}

public sealed class SummaryNetworkSettings
{
    public IReadOnlyDictionary<string, EndpointSettings> Networks { get; set; } = new Dictionary<string, EndpointSettings>();
}

public sealed class HealthSummary
{
    public string? Status { get; set; }
    public int? FailingStreak { get; set; }
}
