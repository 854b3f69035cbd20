using Wharf.Engine.Events;
using Wharf.Engine.Images.Garbage;
using Wharf.Engine.Images.Layers;

namespace Wharf.Engine.Images;

public sealed record PrunedImages(IReadOnlyList<RemovedImage> Removed, long SpaceReclaimed);

/// <summary><c>image prune</c>: images that nobody uses, without a tag or, if asked for, all.</summary>
internal sealed class PruneImages(
    ImageTable table, LayerStore layers, RemoveImage remove, ImageCollector collector, EventBus events, TimeProvider clock)
{
    internal PrunedImages Run(IReadOnlyDictionary<string, IReadOnlyList<string>> filters)
    {
        Func<Image, bool> wanted = ImageFilter.Prune(filters, clock.GetUtcNow());
        bool all = ImageFilter.PrunesAll(filters);
        List<RemovedImage> removed = [];
        long before = layers.TotalSize;
        foreach (Image image in table.All.Where(image => (all || !image.Tags.Any()) && wanted(image) && table.UsersOf(image.Id).Count == 0))
        {
            remove.Untag(image, image.References, removed);
            remove.Delete(image.Id, removed);
        }

        collector.Collect();
        long reclaimed = Math.Max(0, before - layers.TotalSize);
        events.Publish("image", "prune", "", new Dictionary<string, string> { ["reclaimed"] = reclaimed.ToString() });
        return new PrunedImages(removed, reclaimed);
    }
}
