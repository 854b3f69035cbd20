using System.Text.Json;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Garbage;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images.Archives;

/// <summary>An image that goes into an archive, with the names that were asked for.</summary>
/// <param name="LayerBlobs">Lowest first.</param>
internal sealed record SavedImage(Image Image, IReadOnlyList<ImageReference> Tags, Descriptor Manifest, IReadOnlyList<Digest> LayerBlobs)
{
    private const int MagicLength = 4;

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

        (Digest manifest, byte[] bytes, IReadOnlyList<Digest> blobs) = OwnManifest(image, content) ?? MakeManifest(image, content, lease);
        lease.HoldBlob(manifest);
        var descriptor = new Descriptor
        {
            MediaType = ImageDocuments.MediaTypeOf(bytes, null),
            Digest = manifest,
            Size = bytes.Length,
            Platform = image.Config.Platform,
        };
        return new SavedImage(image, tags, descriptor, blobs);
    }

    private static (Digest, byte[], IReadOnlyList<Digest>)? OwnManifest(Image image, ContentStore content)
    {
        if (image.Manifest is not { } digest || !content.Contains(digest))
        {
            return null;
        }

        byte[] bytes = content.ReadAll(digest, ImageDocuments.MaxManifestSize);
        IReadOnlyList<Digest> blobs = [.. ImageDocuments.ReadManifest(bytes).Layers.Select(layer => layer.Digest)];
        return blobs.SequenceEqual(image.Layers.Select(layer => layer.Blob)) ? (digest, bytes, blobs) : null;
    }

    private static (Digest, byte[], IReadOnlyList<Digest>) MakeManifest(Image image, ContentStore content, ILease lease)
    {
        var manifest = new Manifest
        {
            MediaType = MediaTypes.OciManifest,
            Config = new Descriptor { MediaType = MediaTypes.OciConfig, Digest = image.Id, Size = SizeOf(image.Id, image, content) },
            Layers = [.. image.Layers.Select(layer => Describe(layer, image, content))],
        };
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(manifest, ImageSpecJson.Plain.Manifest);
        lease.HoldBlob(Digest.Of(bytes));
        return (content.Write(bytes), bytes, [.. manifest.Layers.Select(layer => layer.Digest)]);
    }

    private static Descriptor Describe(ImageLayer layer, Image image, ContentStore content)
    {
        Digest blob = layer.Blob ?? throw Missing(layer.DiffId, image);
        long size = SizeOf(blob, image, content);
        using FileStream archive = content.OpenRead(blob);
        Span<byte> head = stackalloc byte[MagicLength];
        int length = archive.ReadAtLeast(head, MagicLength, throwOnEndOfStream: false);
        return new Descriptor { MediaType = MediaTypeOf(head[..length]), Digest = blob, Size = size };
    }

    private static string MediaTypeOf(ReadOnlySpan<byte> head) => head switch
    {
        [0x1f, 0x8b, ..] => MediaTypes.OciLayerGzip,
        [0x28, 0xb5, 0x2f, 0xfd] or [>= 0x50 and <= 0x5f, 0x2a, 0x4d, 0x18] => MediaTypes.OciLayerZstd,
        _ => MediaTypes.OciLayer,
    };

    private static long SizeOf(Digest blob, Image image, ContentStore content) => content.SizeOf(blob) ?? throw Missing(blob, image);

    private static WharfException Missing(Digest digest, Image image) =>
        new(ErrorKind.Internal, $"image {image.Id.Short} cannot be saved: {digest} is not in the content store any more (pull or load the image again)");
}
