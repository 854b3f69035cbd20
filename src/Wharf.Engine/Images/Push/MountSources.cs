using Wharf.Oci;

namespace Wharf.Engine.Images.Push;

/// <summary>
/// Where else in a registry a blob should be: repositories that an image with it was pulled from or pushed to, as their digests tell. Those
/// that have the most of their path in common with the target come first: one who may write here may most likely read there.
/// </summary>
internal sealed class MountSources(IReadOnlyList<Image> images, ImageReference target)
{
    /// <param name="image">The one that is pushed: where it is already, its blobs are too.</param>
    internal IReadOnlyList<string> Of(Digest blob, Image image) =>
    [
        .. from other in images
           where other.Id == image.Id || other.Layers.Any(layer => layer.Blob == blob)
           from reference in other.RepositoryDigests
           where reference.Domain == target.Domain && reference.Path != target.Path
           group reference by reference.Path into repository
           orderby CommonPrefix(repository.Key, target.Path) descending, repository.Key
           select repository.Key,
    ];

    private static int CommonPrefix(string one, string other) => one.AsSpan().CommonPrefixLength(other);
}
