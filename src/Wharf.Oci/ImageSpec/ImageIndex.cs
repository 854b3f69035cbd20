namespace Wharf.Oci.ImageSpec;

/// <summary>Manifests of one image for several platforms (image-spec, image-index.md; Docker's manifest list has the same shape).</summary>
public sealed record ImageIndex
{
    public int SchemaVersion { get; init; } = 2;
    public string? MediaType { get; init; }
    public string? ArtifactType { get; init; }
    public required IReadOnlyList<Descriptor> Manifests { get; init; }
    public Descriptor? Subject { get; init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}
