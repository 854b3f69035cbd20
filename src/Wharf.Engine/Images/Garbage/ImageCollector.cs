using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Layers;
using Wharf.Oci;

namespace Wharf.Engine.Images.Garbage;

/// <summary>
/// Mark and sweep: what neither an image nor a lease nor anybody else needs goes, blobs and layers alike. Runs when an image is removed and when a lease ends;
/// it is cheap, as it looks at names only.
/// </summary>
internal sealed class ImageCollector
{
    private readonly ImageTable _table;
    private readonly ContentStore _content;
    private readonly LayerStore _layers;
    private readonly Leases _leases;
    private readonly Func<IReadOnlyList<Digest>>? _heldLayers;

    internal ImageCollector(
        ImageTable table, ContentStore content, LayerStore layers, Leases leases, Func<IReadOnlyList<Digest>>? heldLayers = null)
    {
        _heldLayers = heldLayers;
        _table = table;
        _content = content;
        _layers = layers;
        _leases = leases;
        leases.Released = () => Collect();
    }

    /// <summary>What images, leases and others need.</summary>
    /// <param name="held">By leases.</param>
    internal HashSet<Digest> Needed(IReadOnlySet<Digest> held) => [.. _table.Needed(), .. held, .. _heldLayers?.Invoke() ?? []];

    /// <returns>Bytes given back: of files of layers, and of blobs.</returns>
    internal long Collect()
    {
        long freed = 0;
        IReadOnlyList<string> aside = [];
        _leases.WhileFrozen(held =>
        {
            foreach (Digest digest in _table.Needed())
            {
                _content.Settle(digest);
            }

            HashSet<Digest> needed = Needed(held);
            foreach (StoredBlob blob in _content.List().Where(blob => !needed.Contains(blob.Digest)).ToList())
            {
                freed += _content.Discard(blob.Digest) ? blob.Size : 0;
            }

            _content.Partial.Trim(_content.Contains);

            long before = _layers.TotalSize;
            aside = _layers.Forget(needed.Contains);
            freed += before - _layers.TotalSize;
        });
        foreach (string directory in aside)
        {
            _layers.Erase(directory);
        }

        return freed;
    }
}
