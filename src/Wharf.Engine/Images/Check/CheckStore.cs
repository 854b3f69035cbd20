using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Garbage;
using Wharf.Engine.Images.Layers;

namespace Wharf.Engine.Images.Check;

/// <summary><c>fsck</c>: whether the store of images is what it says it is. Looks without changing anything, unless it is to repair.</summary>
internal sealed class CheckStore(ImageTable table, ContentStore content, LayerStore layers, Leases leases, ImageCollector collector)
{
    internal async Task<StoreReport> RunAsync(StoreCheckRequest request, CancellationToken cancellationToken)
    {
        var findings = new Findings(request.Repair);

        // What is found broken first is what the later checks then find missing.
        int blobs = await Task.Factory.StartNew(
            () => new CheckBlobs(table, content, findings).Run(cancellationToken),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).ConfigureAwait(false);
        int layerCount = await new CheckLayers(table, content, layers, findings).RunAsync(request.Deep, cancellationToken).ConfigureAwait(false);
        int images = new CheckImages(table, content, layers, findings).Run(request.Containers);
        new CheckLeftovers(content, layers, leases, collector, findings).Run();
        return new StoreReport(images, layerCount, blobs, findings.All);
    }
}
