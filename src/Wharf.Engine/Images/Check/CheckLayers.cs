using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Layers;
using Wharf.Engine.Images.Pack;
using Wharf.Oci;

namespace Wharf.Engine.Images.Check;

/// <summary>
/// Every layer has its directory and, looked at deeply, the files that its diff id stands for. A layer that came as an archive may pack to
/// another one of the same meaning: then it must pack to the same as that archive does when it is unpacked anew.
/// </summary>
internal sealed class CheckLayers(ImageTable table, ContentStore content, LayerStore layers, Findings findings)
{
    /// <returns>How many there are.</returns>
    internal async Task<int> RunAsync(bool isDeep, CancellationToken cancellationToken)
    {
        IReadOnlyList<Digest> all = layers.All;
        foreach (Digest diffId in all)
        {
            if (!layers.HasDirectory(diffId))
            {
                Report(diffId, "has no directory");
            }
            else if (isDeep && await FaultOfAsync(diffId, cancellationToken).ConfigureAwait(false) is { } fault)
            {
                Report(diffId, fault);
            }
        }

        return all.Count;
    }

    private void Report(Digest diffId, string problem) => findings.Add($"layer {diffId}", problem, () =>
    {
        table.LoseLayer(diffId);
        layers.Lose(diffId);
    });

    private async Task<string?> FaultOfAsync(Digest diffId, CancellationToken cancellationToken)
    {
        PackedLayer packed = await PackedLayer.MeasureAsync(layers.DiffPath(diffId), cancellationToken).ConfigureAwait(false);
        if (packed.DiffId == diffId)
        {
            return null;
        }

        foreach (Digest blob in table.BlobsOf(diffId).Where(content.Contains))
        {
            PackedLayer anew = await UnpackAnewAsync(blob, cancellationToken).ConfigureAwait(false);
            return anew.DiffId == packed.DiffId ? null : "has other files than its archive";
        }

        return $"has the files of {packed.DiffId}";
    }

    private async Task<PackedLayer> UnpackAnewAsync(Digest blob, CancellationToken cancellationToken)
    {
        await using Stream tar = ReadAhead.Start(() => Decompression.Open(content.OpenRead(blob)));
        return await layers.WithUnpackedAsync(
            tar, directory => PackedLayer.MeasureAsync(directory, cancellationToken), cancellationToken).ConfigureAwait(false);
    }
}
