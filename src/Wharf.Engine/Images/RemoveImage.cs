using Wharf.Engine.Events;
using Wharf.Engine.Images.Garbage;
using Wharf.Oci;

namespace Wharf.Engine.Images;

public sealed record RemoveImageRequest
{
    public required string Name { get; init; }
    public bool Force { get; init; }

    /// <summary>Tells whether a container that uses the image runs. Images know only that they are used.</summary>
    public Func<string, bool> IsRunning { get; init; } = _ => false;
}

/// <summary>One thing that removing did: exactly one of the two is set.</summary>
public sealed record RemovedImage(string? Untagged, Digest? Deleted);

/// <summary>
/// <c>rmi</c>: takes a name away, and with the last one the image. An image that a container needs stays without a name even when forced,
/// so that the container can start again; it goes with <c>prune</c>, once the container is gone.
/// </summary>
internal sealed class RemoveImage(ImageTable table, ImageCollector collector, EventBus events)
{
    /// <exception cref="WharfException">NotFound, or Conflict in Docker's words.</exception>
    internal IReadOnlyList<RemovedImage> Run(RemoveImageRequest request)
    {
        Image image = ImageLookup.Find(table, request.Name);
        ImageReference? named = ImageLookup.FindReference(image, request.Name);
        List<RemovedImage> removed = [];
        if (named is null)
        {
            CheckRemovable(image, request);
            Untag(image, image.References, removed);
        }
        else
        {
            bool isLast = !image.Tags.Any(tag => tag != named);
            CheckUntaggable(image, isLast, request);
            // Digests of a repository are of no use once its last tag is gone; nobody could name the image by anything else.
            bool isLastOfRepository = !image.Tags.Any(tag => tag != named && tag.Name == named.Name);
            Untag(image, [named, .. image.RepositoryDigests.Where(digest => digest != named && isLastOfRepository && digest.Name == named.Name)], removed);
        }

        Delete(image.Id, removed);
        collector.Collect();
        return removed;
    }

    /// <summary>Removes an image of which it is known that nobody names or uses it.</summary>
    internal void Delete(Digest id, List<RemovedImage> removed)
    {
        if (table.Find(id) is { References.Count: 0 } && table.TryRemove(id))
        {
            removed.Add(new RemovedImage(null, id));
            events.Publish("image", "delete", id.ToString(), new Dictionary<string, string> { ["name"] = id.ToString() });
        }
    }

    internal void Untag(Image image, IEnumerable<ImageReference> references, List<RemovedImage> removed)
    {
        foreach (ImageReference reference in references)
        {
            table.Unpoint(reference);
            removed.Add(new RemovedImage(reference.Familiar, null));
            events.Publish("image", "untag", image.Id.ToString(), new Dictionary<string, string> { ["name"] = image.Id.ToString() });
        }
    }

    private void CheckUntaggable(Image image, bool isLast, RemoveImageRequest request)
    {
        if (isLast && !request.Force && table.UsersOf(image.Id) is [var user, ..])
        {
            throw WharfException.Conflict(
                $"conflict: unable to remove repository reference \"{request.Name}\" (must force) - container {Short(user)} is using its referenced image {image.Id.Short}");
        }
    }

    private void CheckRemovable(Image image, RemoveImageRequest request)
    {
        IReadOnlyList<string> users = table.UsersOf(image.Id);
        if (users.FirstOrDefault(request.IsRunning) is { } running)
        {
            throw InUse(image, "cannot be forced", "running", running);
        }

        if (request.Force)
        {
            return;
        }

        if (image.Tags.Select(tag => tag.Name).Distinct().Count() > 1)
        {
            throw WharfException.Conflict(
                $"conflict: unable to delete {image.Id.Short} (must be forced) - image is referenced in multiple repositories");
        }

        if (users is [var stopped, ..])
        {
            throw InUse(image, "must be forced", "stopped", stopped);
        }
    }

    private static WharfException InUse(Image image, string remedy, string state, string user) => WharfException.Conflict(
        $"conflict: unable to delete {image.Id.Short} ({remedy}) - image is being used by {state} container {Short(user)}");

    private static string Short(string containerId) => containerId.Length > 12 ? containerId[..12] : containerId;
}
