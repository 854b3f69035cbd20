namespace Wharf.Api.Containers;

/// <summary>Answer of <c>POST /containers/prune</c>.</summary>
public sealed class ContainerPruneResponse
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? ContainersDeleted { get; set; }

    public long SpaceReclaimed { get; set; }
}
