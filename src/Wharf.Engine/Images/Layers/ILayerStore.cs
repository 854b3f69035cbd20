using Wharf.Oci;

namespace Wharf.Engine.Images.Layers;

/// <summary>
/// Unpacked layers, one directory each, named by the digest of their uncompressed tar (diff id). A layer does not depend on those below it,
/// so layers of one image unpack side by side and in any order.
/// </summary>
public interface ILayerStore
{
    /// <summary>Whether a finished layer with this content is there.</summary>
    bool Contains(Digest diffId);

    /// <summary>
    /// Reads a tar to its end (padding included), unpacks it into a directory of its own and hashes it on the way. The layer appears under
    /// its diff id only once complete and, when <paramref name="expected"/> is given, equal to it; after any failure or cancellation nothing
    /// of it is left. A layer that is there already is kept and the new copy thrown away.
    /// </summary>
    /// <param name="tar">Uncompressed. An exception from reading it aborts the unpacking and comes out unchanged.</param>
    /// <exception cref="WharfException">InvalidArgument: the archive is not a layer, or not the expected one.</exception>
    Task<UnpackedLayer> UnpackAsync(Stream tar, Digest? expected, CancellationToken cancellationToken);
}

/// <param name="DiffId">Digest of the uncompressed tar.</param>
/// <param name="Size">Bytes of its regular files, as <c>docker images</c> counts them.</param>
public sealed record UnpackedLayer(Digest DiffId, long Size);
