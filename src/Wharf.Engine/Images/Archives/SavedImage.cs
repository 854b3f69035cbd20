using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Garbage;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images.Archives;

/// <summary>An image that goes into an archive, with the names that were asked for.</summary>
/// <param name="LayerBlobs">Lowest first.</param>
internal sealed record SavedImage(Image Image, IReadOnlyList<ImageReference> Tags, Descriptor Manifest, IReadOnlyList<Digest> LayerBlobs)
{
    /// <summary>
    /// Finds or makes what an archive needs of an image, and holds it. The manifest is the one the image came with when its layers are stored
    /// as it names them, so that the digest by which others know the image stays.
    /// </summary>
    internal static SavedImage Prepare(Image image, IReadOnlyList<ImageReference> tags, ContentStore content, ILease lease)
    {
        lease.HoldBlob(image.Id);
        foreach (Digest blob in image.Layers.Select(layer => layer.Blob).OfType<Digest>())
        {
            lease.HoldBlob(blob);
        }

        StoredManifest manifest = OwnManifest(image, content) ?? ImageManifests.Make(image, [.. image.Layers.Select(layer => Describe(layer, content))], content);
        lease.HoldBlob(manifest.Digest);
        content.Write(manifest.Bytes, manifest.Digest);
        var descriptor = new Descriptor
        {
            MediaType = manifest.MediaType,
            Digest = manifest.Digest,
            Size = manifest.Bytes.Length,
            Platform = image.Config.Platform,
        };
        return new SavedImage(image, tags, descriptor, [.. manifest.Manifest.Layers.Select(layer => layer.Digest)]);
    }

    private static StoredManifest? OwnManifest(Image image, ContentStore content) =>
        ImageManifests.Own(image, content) is { } own && own.Manifest.Layers.Select(layer => layer.Digest).SequenceEqual(image.Layers.Select(layer => layer.Blob))
            ? own
            : null;

    private static Descriptor Describe(ImageLayer layer, ContentStore content) =>
        ImageManifests.Describe(layer.Blob ?? throw new BlobMissingException(layer.DiffId), content);
}
