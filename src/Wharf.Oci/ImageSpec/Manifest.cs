namespace Wharf.Oci.ImageSpec;

/// <summary>One image for one platform (image-spec, manifest.md; Docker's schema 2 has the same shape).</summary>
public sealed record Manifest
{
    public int SchemaVersion { get; init; } = 2;
    public string? MediaType { get; init; }
    public string? ArtifactType { get; init; }
    public required Descriptor Config { get; init; }

    /// <summary>Lowest layer first.</summary>
    public required IReadOnlyList<Descriptor> Layers { get; init; }

    public Descriptor? Subject { get; init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}
