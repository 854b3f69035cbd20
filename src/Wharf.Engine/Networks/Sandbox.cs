using System.Net;

namespace Wharf.Engine.Networks;

/// <summary>The network half of a container, as asked for at create. Immutable.</summary>
public sealed record SandboxRequest
{
    public required string ContainerId { get; init; }
    public required string ContainerName { get; init; }

    /// <summary>
    /// Networks to join, by name or id; the first gives the default route. <c>none</c> and <c>host</c> are networks too and stand alone:
    /// <c>none</c> gives a namespace with loopback only (so does an empty list), <c>host</c> no namespace at all.
    /// </summary>
    public IReadOnlyList<EndpointRequest> Endpoints { get; init; } = [];

    public IReadOnlyList<PortRequest> Ports { get; init; } = [];

    /// <summary>Sysctls of the <c>net.</c> family, applied in the new namespace.</summary>
    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = new Dictionary<string, string>();
}

public sealed record EndpointRequest
{
    public required string Network { get; init; }
    public IPAddress? IPv4 { get; init; }
    public IPAddress? IPv6 { get; init; }
    public string? MacAddress { get; init; }
    public IReadOnlyList<string> Aliases { get; init; } = [];
    public IReadOnlyDictionary<string, string> DriverOptions { get; init; } = new Dictionary<string, string>();
}

public enum PortProtocol
{
    Tcp,
    Udp,
    Sctp,
}

/// <param name="HostAddress">Address to listen on; the engine's default (all, both families) when null.</param>
/// <param name="HostPortStart">First host port to try; 0 takes any free one from the kernel's ephemeral range.</param>
/// <param name="HostPortEnd">Last host port to try; equal to the first for one fixed port.</param>
public sealed record PortRequest(PortProtocol Protocol, ushort ContainerPort, IPAddress? HostAddress, ushort HostPortStart, ushort HostPortEnd);

/// <summary>A container's network as it is now: what <c>inspect</c> shows and what tear-down undoes.</summary>
public sealed record Sandbox
{
    public required string ContainerId { get; init; }

    /// <summary>Bind mount of the namespace, handed to the runtime; null on the host's network.</summary>
    public string? NamespacePath { get; init; }

    public IReadOnlyList<Endpoint> Endpoints { get; init; } = [];
    public IReadOnlyList<PublishedPort> Ports { get; init; } = [];
}

public sealed record Endpoint
{
    public required string Id { get; init; }
    public required string NetworkId { get; init; }
    public required string NetworkName { get; init; }
    public required string InterfaceName { get; init; }
    public string? HostInterfaceName { get; init; }
    public string? MacAddress { get; init; }
    public IPAddress? IPv4 { get; init; }
    public int IPv4PrefixLength { get; init; }
    public IPAddress? IPv4Gateway { get; init; }
    public IPAddress? IPv6 { get; init; }
    public int IPv6PrefixLength { get; init; }
    public IPAddress? IPv6Gateway { get; init; }
    public IReadOnlyList<string> Aliases { get; init; } = [];
}

public sealed record PublishedPort(PortProtocol Protocol, ushort ContainerPort, IPAddress HostAddress, ushort HostPort);

/// <summary>What containers need of networks. Implemented by <c>NetworkService</c>.</summary>
public interface INetworkSandboxes
{
    /// <summary>The host's address as containers on the default bridge see it: what <c>host-gateway</c> stands for.</summary>
    IPAddress? HostGateway { get; }

    /// <summary>Checks names, addresses and ports without touching the kernel, so that <c>create</c> can refuse early.</summary>
    /// <exception cref="WharfException">NotFound for an unknown network, InvalidArgument for an address outside its subnet.</exception>
    void Validate(SandboxRequest request);

    /// <summary>
    /// Makes the namespace (bind-mounted under the run directory), joins every endpoint, and publishes the ports. All or nothing.
    /// </summary>
    Task<Sandbox> SetUpAsync(SandboxRequest request, CancellationToken cancellationToken);

    /// <summary>Undoes <see cref="SetUpAsync"/>: links, rules, addresses, namespace. Safe to repeat, and safe on the half-made.</summary>
    Task TearDownAsync(string containerId, CancellationToken cancellationToken);

    /// <summary>Puts a running container on one more network.</summary>
    /// <exception cref="WharfException">As <see cref="Validate"/>; Forbidden when it is on that network already.</exception>
    Task<Sandbox> ConnectAsync(string containerId, EndpointRequest endpoint, CancellationToken cancellationToken);

    /// <summary>Takes a running container off a network.</summary>
    /// <exception cref="WharfException">Forbidden when it is not on it.</exception>
    Task<Sandbox> DisconnectAsync(string containerId, string network, CancellationToken cancellationToken);

    /// <summary>The name of the network that a name, id or beginning of an id stands for.</summary>
    /// <exception cref="WharfException">NotFound, in Docker's words.</exception>
    string NameOf(string reference);

    /// <summary>After a restart: takes over the sandboxes of <paramref name="running"/> containers as they are, and removes all others of ours.</summary>
    Task RecoverAsync(IReadOnlyCollection<string> running, CancellationToken cancellationToken);

    /// <summary>The sandbox of a running container, or null.</summary>
    Sandbox? Find(string containerId);
}
