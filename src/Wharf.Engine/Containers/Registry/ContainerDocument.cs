using System.Text.Json.Serialization;

namespace Wharf.Engine.Containers.Registry;

/// <summary>The part of a container that is decided at create, as it is stored.</summary>
internal sealed record ContainerDocument
{
    public required DateTimeOffset Created { get; init; }
    public required string ImageId { get; init; }
    public required string Platform { get; init; }
    public required ContainerConfig Config { get; init; }
    public required HostConfig HostConfig { get; init; }
    public required IReadOnlyDictionary<string, EndpointSettings> Endpoints { get; init; }
    public required IReadOnlyList<MountPoint> Mounts { get; init; }
}

/// <summary>
/// Container rows as JSON, every member written. A member that is missing is read as null or zero, whatever its initializer says (the source
/// generator sets all init-only members): one that is added later must be able to be that, or come with a migration of the rows.
/// </summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, MaxDepth = 16)]
[JsonSerializable(typeof(ContainerDocument))]
[JsonSerializable(typeof(ContainerState))]
internal sealed partial class ContainerJson : JsonSerializerContext;
