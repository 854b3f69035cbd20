namespace Wharf.Api.Containers;

/// <summary>Body of <c>POST /containers/{id}/update</c>: zero, empty and null leave a limit as it is.</summary>
public sealed class ContainerUpdateRequest : Resources
{
    public RestartPolicy? RestartPolicy { get; set; }
}

public sealed class ContainerUpdateResponse
{
    public IReadOnlyList<string> Warnings { get; set; } = [];
}
