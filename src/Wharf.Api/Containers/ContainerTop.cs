namespace Wharf.Api.Containers;

/// <summary>Answer of <c>GET /containers/{id}/top</c>: what <c>ps</c> would print, as rows and columns.</summary>
public sealed class ContainerTopResponse
{
    public IReadOnlyList<string> Titles { get; set; } = [];
    public IReadOnlyList<IReadOnlyList<string>> Processes { get; set; } = [];
}
