using Wharf.Engine.Images.Content;
using Wharf.Oci;
using ZstdSharp;

namespace Wharf.Engine.Images.Layers;

/// <summary>A layer's archive, compressed or not, on its way to the layer's directory: inflating has a thread of its own.</summary>
internal static class StoredLayer
{
    /// <summary>Unpacks a blob of the content store.</summary>
    /// <param name="report">Told how many bytes of the blob are done.</param>
    internal static Task UnpackAsync(
        ContentStore content, ILayerStore layers, Digest blob, Digest diffId, Action<long> report, CancellationToken cancellationToken) =>
        UnpackAsync(content.OpenRead(blob), layers, blob, diffId, report, cancellationToken);

    /// <param name="archive">Disposed at its end, or when unpacking fails.</param>
    /// <param name="blob">For messages.</param>
    internal static async Task UnpackAsync(
        Stream archive, ILayerStore layers, Digest blob, Digest diffId, Action<long> report, CancellationToken cancellationToken)
    {
        await using Stream tar = ReadAhead.Start(() => Decompression.Open(new CountingStream(archive, report)));
        try
        {
            await layers.UnpackAsync(tar, diffId, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception malformed) when (malformed is InvalidDataException or ZstdException)
        {
            throw new WharfException(ErrorKind.Internal, $"layer {blob} cannot be decompressed: {malformed.Message}", malformed);
        }
    }
}
