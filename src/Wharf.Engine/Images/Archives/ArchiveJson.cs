using System.Text.Json.Serialization;

namespace Wharf.Engine.Images.Archives;

/// <summary>One image in <c>manifest.json</c>.</summary>
internal sealed record DockerArchiveEntry
{
    public required string Config { get; init; }
    public IReadOnlyList<string>? RepoTags { get; init; }
    public required IReadOnlyList<string> Layers { get; init; }
}

[JsonSourceGenerationOptions(MaxDepth = 16, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(List<DockerArchiveEntry>))]
[JsonSerializable(typeof(Dictionary<string, Dictionary<string, string>>))]
internal sealed partial class ArchiveJson : JsonSerializerContext;
