using System.Security.Cryptography;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Garbage;
using Wharf.Engine.Images.Pack;
using Wharf.Oci;

namespace Wharf.Engine.Images.Layers;

/// <summary>
/// The archives of layers. One that came as an archive has it; one that was made here gets it when somebody asks, and every image that has the
/// layer is told, so that it is compressed only once.
/// </summary>
internal sealed class LayerArchives(ImageTable table, ContentStore content, LayerStore layers) : ILayerArchives, IDisposable
{
    /// <summary>One at a time: compressing takes all processors anyway.</summary>
    private readonly SemaphoreSlim _turn = new(1);

    public async Task<StoredBlob> EnsureBlobAsync(Digest diffId, ILease lease, CancellationToken cancellationToken)
    {
        lease.HoldLayer(diffId);
        if (Find(diffId, lease) is { } known)
        {
            return known;
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return Find(diffId, lease) ?? await MakeAsync(diffId, lease, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private StoredBlob? Find(Digest diffId, ILease lease)
    {
        foreach (Digest blob in table.BlobsOf(diffId))
        {
            lease.HoldBlob(blob);
            if (content.SizeOf(blob) is { } size)
            {
                return new StoredBlob(blob, size);
            }
        }

        return null;
    }

    private async Task<StoredBlob> MakeAsync(Digest diffId, ILease lease, CancellationToken cancellationToken)
    {
        if (!layers.Contains(diffId))
        {
            throw WharfException.NotFound($"No such layer: {diffId}");
        }

        using LayerPacking packing = LayerPacking.Start(layers.DiffPath(diffId), cancellationToken);
        using ContentWriter blob = content.BeginWrite();
        using IncrementalHash hash = Digest.CreateHash(diffId);
        await ParallelGzip.CompressAsync(packing.Archive, piece => hash.AppendData(piece), blob.Append).ConfigureAwait(false);
        Digest packed = Digest.From(hash);
        if (packed != diffId)
        {
            throw new WharfException(
                ErrorKind.Internal, $"layer {diffId} cannot be archived: its directory packs to {packed} (remove the images that have it, and pull, load or build them again)");
        }

        Digest digest = blob.Verify();
        lease.HoldBlob(digest);
        blob.Commit();
        table.SetBlob(diffId, digest);
        return new StoredBlob(digest, blob.Length);
    }
}
