using Wharf.Engine.Events;
using Wharf.Engine.Images.Garbage;
using Wharf.Oci;

namespace Wharf.Engine.Images;

public sealed record RemoveImageRequest
{
    public required string Name { get; init; }
    public bool Force { get; init; }

    /// <summary>Leave images that this one was made from, although nothing names them.</summary>
    public bool KeepParents { get; init; }

    /// <summary>Tells whether a container that uses the image runs. Images know only that they are used.</summary>
    public Func<string, bool> IsRunning { get; init; } = _ => false;
}

/// <summary>One thing that removing did: exactly one of the two is set.</summary>
public sealed record RemovedImage(string? Untagged, Digest? Deleted);

/// <summary>
/// <c>rmi</c>: takes a name away, and with the last one the image, and then the images it was made from that nothing needs any more. An image
/// that a container needs stays without a name even when forced, so that the container can start again; it goes with <c>prune</c>, once the
/// container is gone.
/// </summary>
internal sealed class RemoveImage(ImageTable table, ImageCollector collector, EventBus events)
{
    /// <exception cref="WharfException">NotFound, or Conflict in Docker's words.</exception>
    internal IReadOnlyList<RemovedImage> Run(RemoveImageRequest request)
    {
        Image image = ImageLookup.Find(table, request.Name);
        List<RemovedImage> removed = [];
        if (ImageLookup.FindReference(image, request.Name) is { } named)
        {
            RemoveReference(image, named, request, removed);
        }
        else
        {
            RemoveById(image, request, removed);
        }

        collector.Collect();
        return removed;
    }

    /// <summary>Removes an image that nobody names, uses or was made from, and its parents of which the same is true.</summary>
    internal void Delete(Digest id, bool withParents, List<RemovedImage> removed)
    {
        for (Digest? next = id; next is not null && table.Find(next) is { References.Count: 0 } image && table.TryRemove(next);
            next = withParents ? image.Parent : null)
        {
            removed.Add(new RemovedImage(null, next));
            events.Publish("image", "delete", next.ToString(), new Dictionary<string, string> { ["name"] = next.ToString() });
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

    private void RemoveReference(Image image, ImageReference named, RemoveImageRequest request, List<RemovedImage> removed)
    {
        if (!request.Force && IsSingleReference(image) && table.UsersOf(image.Id) is [var user, ..])
        {
            throw WharfException.Conflict(
                $"conflict: unable to remove repository reference \"{request.Name}\" (must force) - container {Short(user)} is using its referenced image {image.Id.Short}");
        }

        // Digests of a repository are of no use once its last tag is gone; nobody could name the image by anything else.
        bool isLastOfRepository = named.Tag is not null && !image.Tags.Any(tag => tag != named && tag.Name == named.Name);
        IEnumerable<ImageReference> digests = image.RepositoryDigests.Where(digest => isLastOfRepository && digest.Name == named.Name);
        Untag(image, [named, .. digests], removed);
        Delete(image.Id, !request.KeepParents, removed);
    }

    private void RemoveById(Image image, RemoveImageRequest request, List<RemovedImage> removed)
    {
        if (table.HasChildren(image.Id))
        {
            throw Conflict(image, "cannot be forced", "image has dependent child images");
        }

        IReadOnlyList<string> users = table.UsersOf(image.Id);
        if (users.FirstOrDefault(request.IsRunning) is { } running)
        {
            throw Conflict(image, "cannot be forced", $"image is being used by running container {Short(running)}");
        }

        if (!request.Force && !IsSingleReference(image))
        {
            throw Conflict(image, "must be forced", "image is referenced in multiple repositories");
        }

        if (!request.Force && users is [var stopped, ..])
        {
            throw Conflict(image, "must be forced", $"image is being used by stopped container {Short(stopped)}");
        }

        Untag(image, image.References, removed);
        Delete(image.Id, !request.KeepParents, removed);
    }

    /// <summary>One tag, with or without the digest of its repository; or one digest alone.</summary>
    private static bool IsSingleReference(Image image) => image.References.Count <= 1
        || (image.Tags.Take(2).ToList() is [var tag] && image.RepositoryDigests.All(digest => digest.Name == tag.Name))
        || (!image.Tags.Any() && image.RepositoryDigests.Select(digest => digest.Name).Distinct().Count() == 1);

    private static WharfException Conflict(Image image, string remedy, string reason) =>
        WharfException.Conflict($"conflict: unable to delete {image.Id.Short} ({remedy}) - {reason}");

    private static string Short(string containerId) => containerId.Length > 12 ? containerId[..12] : containerId;
}
