using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Garbage;
using Wharf.Oci;

namespace Wharf.Engine.Images.Layers;

/// <summary>Layers as archives, for those who send them on. Implemented by <see cref="LayerArchives"/>.</summary>
internal interface ILayerArchives
{
    /// <summary>The archive of a layer in the content store, compressed or not, made if there is none.</summary>
    /// <param name="lease">Holds layer and archive from now on.</param>
    /// <exception cref="WharfException">NotFound: no such layer. Internal: its directory is not any more what it was.</exception>
    Task<StoredBlob> EnsureBlobAsync(Digest diffId, ILease lease, CancellationToken cancellationToken);
}
