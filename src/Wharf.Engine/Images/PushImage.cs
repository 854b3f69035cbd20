using Wharf.Engine.Events;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Garbage;
using Wharf.Engine.Images.Layers;
using Wharf.Engine.Images.Pull;
using Wharf.Engine.Images.Push;
using Wharf.Engine.Images.Registry;
using Wharf.Oci;

namespace Wharf.Engine.Images;

/// <summary>
/// <c>push</c>: what the registry lacks of an image, then its manifest, which makes it an image there. What others know it by
/// (<c>name@digest</c>) is remembered here only once the registry has it.
/// </summary>
internal sealed class PushImage(
    RegistryClient registry,
    ContentStore content,
    IPushCatalog images,
    ILayerArchives archives,
    ILeases leases,
    EventBus events,
    EngineOptions options,
    TimeProvider clock) : IDisposable
{
    private readonly BlobPush _blobs = new(content, registry.Uploads, options.MaxConcurrentUploads, clock);

    /// <summary>Pushes one tag, or all that the repository has here.</summary>
    /// <param name="progress">Must take lines from several threads without waiting.</param>
    /// <exception cref="WharfException">In Docker's words. Blobs that have arrived stay in the registry, no tag there has changed.</exception>
    internal async Task RunAsync(PushRequest request, IProgress<PullProgress> progress, CancellationToken cancellationToken)
    {
        progress.Report(new PullProgress(null, $"The push refers to repository [{request.Reference.Name}]"));
        List<(ImageReference Tag, Image Image)> chosen = Choose(request);
        await registry.WriteAsync(
            request.Reference,
            request.Credentials,
            async repository =>
            {
                foreach ((ImageReference tag, Image image) in chosen)
                {
                    await PushOneAsync(repository, tag, image, progress, cancellationToken).ConfigureAwait(false);
                }

                return chosen.Count;
            },
            cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _blobs.Dispose();

    private List<(ImageReference Tag, Image Image)> Choose(PushRequest request)
    {
        if (request.Reference.Digest is not null)
        {
            throw WharfException.Invalid("cannot push a digest reference");
        }

        List<(ImageReference Tag, Image Image)> known =
        [
            .. from image in images.All
               from tag in image.Tags
               where tag.Name == request.Reference.Name
               orderby tag.Tag
               select (tag, image),
        ];
        if (known.Count == 0)
        {
            throw WharfException.NotFound($"An image does not exist locally with the tag: {request.Reference.FamiliarName}");
        }

        ImageReference wanted = request.Reference.WithDefaultTag();
        List<(ImageReference Tag, Image Image)> chosen = request.AllTags ? known : known.FindAll(candidate => candidate.Tag == wanted);
        if (chosen.Count == 0)
        {
            throw WharfException.NotFound($"tag does not exist: {wanted.Familiar}");
        }

        foreach ((ImageReference tag, Image image) in chosen)
        {
            if (request.Platform is { } platform)
            {
                ImageLookup.RequirePlatform(image, tag.Familiar, platform.ToString());
            }
        }

        return chosen;
    }

    private async Task PushOneAsync(
        RepositoryWriter repository, ImageReference tag, Image image, IProgress<PullProgress> progress, CancellationToken cancellationToken)
    {
        using ILease lease = leases.Begin();
        var push = new ImagePush(image, repository, new MountSources(images.All, tag), content, archives, _blobs, lease, progress);
        StoredManifest manifest = await push.RunAsync(tag.Tag!, cancellationToken).ConfigureAwait(false);
        images.PointIfThere(tag.WithDigest(manifest.Digest), image.Id);
        progress.Report(new PullProgress(null, $"{tag.Tag}: digest: {manifest.Digest} size: {manifest.Bytes.Length}"));
        progress.Report(new PullProgress(null, "") { Pushed = new PushedTag(tag.Tag!, manifest.Digest, manifest.Bytes.Length) });
        events.Publish("image", "push", tag.Familiar, new Dictionary<string, string>(image.Config.Config?.Labels ?? new Dictionary<string, string>())
        {
            ["name"] = tag.FamiliarName,
        });
    }
}
