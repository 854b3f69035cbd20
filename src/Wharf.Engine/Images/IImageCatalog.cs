using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images;

/// <summary>What pull needs of the image table. Implemented by <c>ImageService</c>.</summary>
public interface IImageCatalog
{
    /// <summary>The image that a tag or digest reference names now, or null. Two references to one image give equal ids.</summary>
    Digest? FindId(ImageReference reference);

    /// <summary>
    /// Enters a complete image (every layer unpacked, manifest and config in the content store) and points the reference's tag at it.
    /// Done for the image that is there already, it only moves the tag and adds the repository digest.
    /// </summary>
    void Enter(NewImage image);
}

/// <summary>An image ready to be entered.</summary>
public sealed record NewImage
{
    /// <summary>Digest of the config.</summary>
    public required Digest Id { get; init; }

    /// <summary>Tag to point at it, or a digest reference (then the image stays without a tag), or null for neither.</summary>
    public required ImageReference? Reference { get; init; }

    /// <summary>Digest that the registry knows the reference by: of the index where there is one, else of the manifest. Null for images never in a registry.</summary>
    public required Digest? RepositoryDigest { get; init; }

    /// <summary>The platform's own manifest, in the content store; null when there is none (docker-archive, import).</summary>
    public required Digest? Manifest { get; init; }

    public required ImageConfig Config { get; init; }

    /// <summary>Lowest first.</summary>
    public required IReadOnlyList<NewLayer> Layers { get; init; }

    /// <summary>The image here that it was made from; null for one that came whole.</summary>
    public Digest? Parent { get; init; }
}

/// <param name="DiffId">Digest of the uncompressed tar: the layer store has it.</param>
/// <param name="Blob">The layer as the manifest names it. The content store has the bytes unless the layer was there before this image was.</param>
public sealed record NewLayer(Digest DiffId, Descriptor? Blob);
