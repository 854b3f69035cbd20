using Wharf.Engine.Images.Content;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images.Layers;

/// <summary>What a layer's archive is, by its first bytes.</summary>
internal static class LayerMediaType
{
    private const int MagicLength = 4;

    /// <exception cref="WharfException">NotFound: there is no such blob.</exception>
    internal static string Of(Digest blob, ContentStore content)
    {
        using FileStream archive = content.OpenRead(blob);
        Span<byte> head = stackalloc byte[MagicLength];
        int length = archive.ReadAtLeast(head, MagicLength, throwOnEndOfStream: false);
        return head[..length] switch
        {
            [0x1f, 0x8b, ..] => MediaTypes.OciLayerGzip,
            [0x28, 0xb5, 0x2f, 0xfd] or [>= 0x50 and <= 0x5f, 0x2a, 0x4d, 0x18] => MediaTypes.OciLayerZstd,
            _ => MediaTypes.OciLayer,
        };
    }
}
