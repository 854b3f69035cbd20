using Wharf.Engine.Events;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Garbage;

namespace Wharf.Engine.Images;

public sealed record PrunedImages(IReadOnlyList<RemovedImage> Removed, long SpaceReclaimed);

/// <summary><c>image prune</c>: images that nobody uses, without a tag or, if asked for, all; and what broken downloads have left.</summary>
internal sealed class PruneImages(
    ImageTable table, ContentStore content, RemoveImage remove, ImageCollector collector, EventBus events, TimeProvider clock)
{
    internal PrunedImages Run(IReadOnlyDictionary<string, IReadOnlyList<string>> filters)
    {
        Func<Image, bool> wanted = ImageFilter.Prune(filters, clock.GetUtcNow());
        bool all = ImageFilter.PrunesAll(filters);
        List<RemovedImage> removed = [];
        foreach (Image image in table.All.Where(image => (all || !image.Tags.Any()) && !IsNeeded(image) && wanted(image)))
        {
            remove.Untag(image, image.References, removed);
            remove.Delete(image.Id, withParents: true, removed);
        }

        long reclaimed = collector.Collect() + content.Partial.Clear();
        events.Publish("image", "prune", "", new Dictionary<string, string> { ["reclaimed"] = reclaimed.ToString() });
        return new PrunedImages(removed, reclaimed);
    }

    /// <summary>By a container; or, if it has no name of its own, by an image that was made from it.</summary>
    private bool IsNeeded(Image image) => table.UsersOf(image.Id).Count > 0 || (image.References.Count == 0 && table.HasChildren(image.Id));
}
