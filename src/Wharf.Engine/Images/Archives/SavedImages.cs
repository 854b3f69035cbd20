using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Garbage;
using Wharf.Engine.Images.Layers;
using Wharf.Engine.Images.Pack;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images.Archives;

/// <summary>Finds or makes what an archive needs of an image, and holds it.</summary>
internal sealed class SavedImages(ContentStore content, LayerStore layers, ILease lease, CancellationToken cancellationToken)
{
    /// <summary>
    /// The manifest is the one the image came with when its layers are stored as it names them, so that the digest by which others know the image
    /// stays.
    /// </summary>
    internal SavedImage Prepare(Image image, IReadOnlyList<ImageReference> tags)
    {
        lease.HoldBlob(image.Id);
        IReadOnlyList<SavedLayer> saved = [.. image.Layers.Select(layer => Find(layer, image))];
        StoredManifest manifest = OwnManifest(image, saved)
            ?? ImageManifests.Make(image, [.. saved.Select(layer => layer.Descriptor)], content);
        lease.HoldBlob(manifest.Digest);
        content.Write(manifest.Bytes, manifest.Digest);
        var descriptor = new Descriptor
        {
            MediaType = manifest.MediaType,
            Digest = manifest.Digest,
            Size = manifest.Bytes.Length,
            Platform = image.Config.Platform,
        };
        return new SavedImage(image, tags, descriptor, saved);
    }

    private SavedLayer Find(ImageLayer layer, Image image)
    {
        lease.HoldLayer(layer.DiffId);
        if (layer.Blob is { } blob)
        {
            lease.HoldBlob(blob);
            if (content.SizeOf(blob) is { } stored)
            {
                return new SavedLayer(
                    layer.DiffId, new Descriptor { MediaType = LayerMediaType.Of(blob, content), Digest = blob, Size = stored }, IsStored: true);
            }
        }

        long size = layers.PackedSizeOf(layer.DiffId) ?? Measure(layer.DiffId, image);
        return new SavedLayer(
            layer.DiffId, new Descriptor { MediaType = MediaTypes.OciLayer, Digest = layer.DiffId, Size = size }, IsStored: false);
    }

    /// <summary>A layer that came as an archive which is lost: its directory may give the same again.</summary>
    private long Measure(Digest diffId, Image image)
    {
        PackedLayer packed = PackedLayer.MeasureAsync(layers.DiffPath(diffId), cancellationToken).GetAwaiter().GetResult();
        return packed.DiffId == diffId ? packed.ArchiveSize : throw Missing(diffId, image);
    }

    private StoredManifest? OwnManifest(Image image, IReadOnlyList<SavedLayer> saved) =>
        ImageManifests.Own(image, content) is { } own && own.Manifest.Layers.Select(layer => layer.Digest).SequenceEqual(saved.Select(layer => layer.Digest))
            ? own
            : null;

    private static WharfException Missing(Digest digest, Image image) =>
        new(ErrorKind.Internal, $"image {image.Id.Short} cannot be saved: {digest} is not in the content store any more (pull or load the image again)");
}
