namespace Wharf.Api.Networks;

/// <summary>Body of <c>POST /networks/create</c>.</summary>
public sealed class NetworkCreateRequest
{
    public string? Name { get; set; } = "";

    /// <summary>Refused when the name is taken; later APIs always do.</summary>
    public bool? CheckDuplicate { get; set; }

    public string? Driver { get; set; }
    public string? Scope { get; set; }
    public bool? EnableIPv4 { get; set; }
    public bool? EnableIPv6 { get; set; }
    public Ipam? IPAM { get; set; }
    public bool Internal { get; set; }
    public bool Attachable { get; set; }
    public bool Ingress { get; set; }
    public bool ConfigOnly { get; set; }
    public ConfigReference? ConfigFrom { get; set; }
    public IReadOnlyDictionary<string, string>? Options { get; set; }
    public IReadOnlyDictionary<string, string>? Labels { get; set; }
}

public sealed class NetworkCreateResponse
{
    public string Id { get; set; } = "";
    public string Warning { get; set; } = "";
}

public sealed class NetworkConnectRequest
{
    public string? Container { get; set; } = "";
    public EndpointSettings? EndpointConfig { get; set; }
}

public sealed class NetworkDisconnectRequest
{
    public string? Container { get; set; } = "";
    public bool Force { get; set; }
}

/// <summary>Answer of <c>POST /networks/prune</c>.</summary>
public sealed class NetworkPruneResponse
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? NetworksDeleted { get; set; }
}
