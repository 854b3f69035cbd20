using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images;

/// <summary>An image that is here, whole. A snapshot: it never changes.</summary>
public sealed record Image
{
    /// <summary>Digest of the config.</summary>
    public required Digest Id { get; init; }

    public required ImageConfig Config { get; init; }

    /// <summary>The manifest it came with, in the content store; null when it came without (import, docker-archive).</summary>
    public Digest? Manifest { get; init; }

    /// <summary>Lowest first.</summary>
    public required IReadOnlyList<ImageLayer> Layers { get; init; }

    /// <summary>Tags and repository digests that name it, sorted.</summary>
    public IReadOnlyList<ImageReference> References { get; init; } = [];

    /// <summary>The image that it was made from here; null for one that came whole, or whose parent is gone.</summary>
    public Digest? Parent { get; init; }

    public DateTimeOffset? LastTagged { get; init; }

    public IEnumerable<ImageReference> Tags => References.Where(reference => reference.Tag is not null);

    public IEnumerable<ImageReference> RepositoryDigests => References.Where(reference => reference.Digest is not null);

    /// <summary>Bytes of the files of all layers.</summary>
    public long Size => Layers.Sum(layer => layer.Size);

    /// <summary>When it was made, as its config says; 1970 when that says nothing sensible.</summary>
    public DateTimeOffset Created =>
        DateTimeOffset.TryParse(Config.Created, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : DateTimeOffset.UnixEpoch;
}

/// <param name="DiffId">Digest of the uncompressed archive.</param>
/// <param name="Size">Bytes of the regular files.</param>
/// <param name="Blob">An archive in the content store that has this layer, compressed or not; null when there is none.</param>
public sealed record ImageLayer(Digest DiffId, long Size, Digest? Blob);
