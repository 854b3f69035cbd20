namespace Wharf.Api.Containers;

/// <summary>Answer of <c>POST /containers/{id}/wait</c>.</summary>
public sealed class ContainerWaitResponse
{
    public long StatusCode { get; set; }
    public ContainerWaitError? Error { get; set; }
}

public sealed class ContainerWaitError
{
    public string? Message { get; set; }
}
