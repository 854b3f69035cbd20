namespace Wharf.Api.Networks;

/// <summary>A container's place in one network: the first half is asked for, the second is what came of it.</summary>
public sealed class EndpointSettings
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public EndpointIpamConfig? IPAMConfig { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? Links { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? Aliases { get; set; }

    public string? MacAddress { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyDictionary<string, string>? DriverOpts { get; set; }

    /// <summary>The network with the highest gives the default route.</summary>
    public long GwPriority { get; set; }

    public string? NetworkID { get; set; } = "";
    public string? EndpointID { get; set; } = "";
    public string? Gateway { get; set; } = "";
    public string? IPAddress { get; set; } = "";
    public int IPPrefixLen { get; set; }
    public string? IPv6Gateway { get; set; } = "";
    public string? GlobalIPv6Address { get; set; } = "";
    public int GlobalIPv6PrefixLen { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? DNSNames { get; set; }
}

public sealed class EndpointIpamConfig
{
    public string? IPv4Address { get; set; }
    public string? IPv6Address { get; set; }
    public IReadOnlyList<string>? LinkLocalIPs { get; set; }
}
