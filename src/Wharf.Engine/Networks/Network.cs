using System.Net;

namespace Wharf.Engine.Networks;

/// <summary>A network at one instant: what was asked for at create, and what was chosen then. Immutable.</summary>
public sealed record Network
{
    public const string Bridge = "bridge";
    public const string Host = "host";
    public const string None = "none";

    /// <summary>64 hex digits.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>bridge, host or null (Docker's name of the driver behind <c>none</c>).</summary>
    public required string Driver { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>No way out of it, and none in.</summary>
    public bool Internal { get; init; }

    public bool Attachable { get; init; }
    public IReadOnlyList<Subnet> Subnets { get; init; } = [];
    public IReadOnlyDictionary<string, string> IpamOptions { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>bridge, host and none: made by the engine, and not to be removed.</summary>
    public bool IsPredefined => Name is Bridge or Host or None;

    /// <summary>Interface on this host that the containers of a bridge network hang on.</summary>
    internal string BridgeName => Options.GetValueOrDefault(BridgeOptions.Name, "br-" + Id[..12]);

    internal static string NewId() => Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
}

/// <param name="AddressRange">Part of the range that containers get addresses from; all of it when null.</param>
/// <param name="Reserved">Addresses by name that containers never get.</param>
/// <param name="ByUser">Asked for at create, rather than taken from a pool: only then may containers ask for addresses in it.</param>
public sealed record Subnet(
    IPNetwork Range,
    IPAddress Gateway,
    IPNetwork? AddressRange,
    IReadOnlyDictionary<string, IPAddress> Reserved,
    bool ByUser);

/// <summary>What <c>POST /networks/create</c> says.</summary>
public sealed record NetworkRequest
{
    public required string Name { get; init; }

    /// <summary>Null or empty is bridge.</summary>
    public string? Driver { get; init; }

    public bool EnableIPv6 { get; init; }
    public bool Internal { get; init; }
    public bool Attachable { get; init; }
    public string? IpamDriver { get; init; }
    public IReadOnlyList<SubnetRequest> Subnets { get; init; } = [];
    public IReadOnlyDictionary<string, string> IpamOptions { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}

/// <summary>One entry of a request's IPAM configuration, as written.</summary>
public sealed record SubnetRequest
{
    public string? Range { get; init; }
    public string? AddressRange { get; init; }
    public string? Gateway { get; init; }
    public IReadOnlyDictionary<string, string> Reserved { get; init; } = new Dictionary<string, string>();
}

/// <summary>A network and who is on it now.</summary>
public sealed record NetworkUse(Network Network, IReadOnlyList<NetworkMember> Members);

public sealed record NetworkMember(string ContainerId, string ContainerName, Endpoint Endpoint);

/// <summary>Docker's option names of the bridge driver.</summary>
internal static class BridgeOptions
{
    internal const string Name = "com.docker.network.bridge.name";
    internal const string IsDefault = "com.docker.network.bridge.default_bridge";
    internal const string BetweenContainers = "com.docker.network.bridge.enable_icc";
    internal const string Masquerade = "com.docker.network.bridge.enable_ip_masquerade";
    internal const string HostBinding = "com.docker.network.bridge.host_binding_ipv4";
    internal const string Mtu = "com.docker.network.driver.mtu";

    internal static bool Flag(Network network, string option) =>
        !network.Options.TryGetValue(option, out string? value) || value is not ("false" or "0");
}
