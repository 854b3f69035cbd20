using System.Text.Json;
using Wharf.Engine.Images.Content;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images;

/// <summary>
/// The manifests by which others will know an image. The one that it came with is the best, because its digest is known already; the same
/// image always gets the same one otherwise.
/// </summary>
internal static class ImageManifests
{
    private const int MagicLength = 4;

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
    internal static Descriptor Describe(Digest blob, ContentStore content)
    {
        long size = SizeOf(blob, content);
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
