using Wharf.Api.Networks;

namespace Wharf.Api.Containers;

/// <summary>Body of <c>POST /containers/create</c>: the config's own fields, with the host's and the networks' beside them.</summary>
public sealed class ContainerCreateRequest : ContainerConfig
{
    public HostConfig? HostConfig { get; set; }
    public NetworkingConfig? NetworkingConfig { get; set; }
}

public sealed class NetworkingConfig
{
    public IReadOnlyDictionary<string, EndpointSettings?>? EndpointsConfig { get; set; }
}

public sealed class ContainerCreateResponse
{
    public string Id { get; set; } = "";
    public IReadOnlyList<string> Warnings { get; set; } = [];
}
