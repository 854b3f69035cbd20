using System.Net;
using Wharf.Engine.Containers.Validation;
using Wharf.Engine.Networks;

namespace Wharf.Engine.Containers;

/// <summary>The network half of a container, as the networks are asked for it.</summary>
internal static class SandboxPlan
{
    internal static SandboxRequest For(ContainerSnapshot container) => new()
    {
        ContainerId = container.Id,
        ContainerName = container.Name,
        Endpoints = [.. container.Endpoints.Select(endpoint => ToRequest(endpoint.Key, endpoint.Value))],
        Ports = IsHost(container) ? [] : PortSpec.Requests(container.Config, container.HostConfig),
        Sysctls = container.HostConfig.Sysctls
            .Where(sysctl => RequestRules.IsNetworkSysctl(sysctl.Key))
            .ToDictionary(sysctl => sysctl.Key, sysctl => sysctl.Value, StringComparer.Ordinal),
    };

    /// <summary>Ports of a container on the host's network are open by themselves.</summary>
    private static bool IsHost(ContainerSnapshot container) => NamespaceMode.Parse(container.HostConfig.NetworkMode).IsHost;

    internal static EndpointRequest ToRequest(string network, EndpointSettings settings) => new()
    {
        Network = network,
        IPv4 = Address(settings.IPv4Address),
        IPv6 = Address(settings.IPv6Address),
        MacAddress = settings.MacAddress,
        Aliases = settings.Aliases,
        DriverOptions = settings.DriverOptions,
    };

    private static IPAddress? Address(string? text) => string.IsNullOrEmpty(text) ? null
        : IPAddress.TryParse(text, out IPAddress? address) ? address
        : throw WharfException.Invalid($"invalid IP address: {text}");
}
