namespace Wharf.Api.Networks;

/// <summary>A network in <c>GET /networks</c> and <c>GET /networks/{id}</c>; a list leaves <see cref="Containers"/> out.</summary>
public sealed class Network
{
    public string Name { get; set; } = "";
    public string Id { get; set; } = "";

    /// <summary>RFC 3339 with nanoseconds.</summary>
    public string Created { get; set; } = "";

    public string Scope { get; set; } = "";
    public string Driver { get; set; } = "";
    public bool EnableIPv4 { get; set; } = true;
    public bool EnableIPv6 { get; set; }
    public Ipam IPAM { get; set; } = new();
    public bool Internal { get; set; }
    public bool Attachable { get; set; }
    public bool Ingress { get; set; }
    public ConfigReference ConfigFrom { get; set; } = new();
    public bool ConfigOnly { get; set; }

    /// <summary>By container id.</summary>
    public IReadOnlyDictionary<string, EndpointResource>? Containers { get; set; }

    public IReadOnlyDictionary<string, string> Options { get; set; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();
}

public sealed class ConfigReference
{
    public string? Network { get; set; } = "";
}

public sealed class Ipam
{
    public string? Driver { get; set; } = "default";

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyDictionary<string, string>? Options { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<IpamConfig>? Config { get; set; }
}

public sealed class IpamConfig
{
    public string? Subnet { get; set; }
    public string? IPRange { get; set; }
    public string? Gateway { get; set; }

    public IReadOnlyDictionary<string, string>? AuxiliaryAddresses { get; set; }
}

/// <summary>A container in a network's list.</summary>
public sealed class EndpointResource
{
    public string Name { get; set; } = "";
    public string EndpointID { get; set; } = "";
    public string MacAddress { get; set; } = "";

    /// <summary>With prefix length.</summary>
    public string IPv4Address { get; set; } = "";

    public string IPv6Address { get; set; } = "";
}
