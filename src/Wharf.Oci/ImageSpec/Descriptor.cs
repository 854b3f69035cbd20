namespace Wharf.Oci.ImageSpec;

/// <summary>A typed pointer to content (image-spec, descriptor.md).</summary>
public sealed record Descriptor
{
    public string? MediaType { get; init; }
    public required Digest Digest { get; init; }

    /// <summary>Bytes of the content, which a reader holds the sender to.</summary>
    public required long Size { get; init; }

    /// <summary>Other places to fetch the content from (foreign layers).</summary>
    public IReadOnlyList<string>? Urls { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>In an index: what the manifest is for.</summary>
    public Platform? Platform { get; init; }

    public string? ArtifactType { get; init; }
}
