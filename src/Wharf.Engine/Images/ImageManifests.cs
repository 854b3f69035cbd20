using System.Text.Json;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Layers;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images;

/// <summary>
/// The manifests by which others will know an image. The one that it came with is the best, because its digest is known already; the same
/// image always gets the same one otherwise.
/// </summary>
internal static class ImageManifests
{
    /// <summary>The manifest that an image came with; null when it came without.</summary>
    internal static StoredManifest? Own(Image image, ContentStore content)
    {
        if (image.Manifest is not { } digest || !content.Contains(digest))
        {
            return null;
        }

        byte[] bytes = content.ReadAll(digest, ImageDocuments.MaxManifestSize);
        return new StoredManifest(digest, bytes, ImageDocuments.ReadManifest(bytes));
    }

    /// <summary>Makes a manifest of an image's config and of its layers as they are stored. Not written anywhere yet.</summary>
    internal static StoredManifest Make(Image image, IReadOnlyList<Descriptor> layers, ContentStore content)
    {
        var manifest = new Manifest
        {
            MediaType = MediaTypes.OciManifest,
            Config = DescribeConfig(image, content),
            Layers = layers,
        };
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(manifest, ImageSpecJson.Plain.Manifest);
        return new StoredManifest(Digest.Of(bytes), bytes, manifest);
    }

    internal static Descriptor DescribeConfig(Image image, ContentStore content) =>
        new() { MediaType = MediaTypes.OciConfig, Digest = image.Id, Size = SizeOf(image.Id, content) };

    /// <summary>A stored layer as a manifest names it.</summary>
    internal static Descriptor DescribeLayer(Digest blob, ContentStore content) =>
        new() { MediaType = LayerMediaType.Of(blob, content), Digest = blob, Size = SizeOf(blob, content) };

    private static long SizeOf(Digest blob, ContentStore content) => content.SizeOf(blob) ?? throw new BlobMissingException(blob);
}

/// <param name="Bytes">Exactly as its digest says.</param>
internal sealed record StoredManifest(Digest Digest, byte[] Bytes, Manifest Manifest)
{
    /// <summary>As it is announced to others.</summary>
    internal string MediaType => ImageDocuments.MediaTypeOf(Bytes, null)!;
}

/// <summary>An image's bytes were needed as they came, and are not here any more.</summary>
internal sealed class BlobMissingException(Digest blob)
    : WharfException(ErrorKind.Internal, $"{blob} is not in the content store any more (pull or load the image again)");
