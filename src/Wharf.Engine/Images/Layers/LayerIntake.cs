using Wharf.Engine.Images.Content;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;
using ZstdSharp;

namespace Wharf.Engine.Images.Layers;

/// <summary>
/// Takes a layer's archive from a client, compressed or not: into the content store as it came, for <c>save</c>, and unpacked into a layer,
/// in one pass with inflating on a thread of its own.
/// </summary>
internal sealed class LayerIntake(ContentStore content, ILayerStore layers)
{
    private const int DrainBuffer = 64 << 10;

    /// <param name="archive">Read to its end, but not disposed.</param>
    /// <param name="expected">The diff id it must have, or null.</param>
    /// <exception cref="WharfException">It is no layer, or not the expected one; nothing is left of it then.</exception>
    internal async Task<NewLayer> AddAsync(Stream archive, Digest? expected, CancellationToken cancellationToken)
    {
        using ContentWriter blob = content.BeginWrite();
        var tee = new TeeStream(archive, blob);
        UnpackedLayer unpacked;
        try
        {
            await using Stream tar = ReadAhead.Start(() => Decompression.Open(tee));
            unpacked = await layers.UnpackAsync(tar, expected, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception malformed) when (malformed is InvalidDataException or ZstdException)
        {
            throw WharfException.Invalid($"layer cannot be decompressed: {malformed.Message}");
        }

        // Behind the compressed stream there may be padding, which is part of the blob.
        byte[] rest = new byte[DrainBuffer];
        while (tee.Read(rest) > 0)
        {
        }

        Digest digest = blob.Verify();
        blob.Commit();
        return new NewLayer(unpacked.DiffId, new Descriptor { Digest = digest, Size = blob.Length });
    }
}
