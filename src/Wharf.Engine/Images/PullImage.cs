using Wharf.Engine.Events;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Garbage;
using Wharf.Engine.Images.Layers;
using Wharf.Engine.Images.Pull;
using Wharf.Engine.Images.Registry;
using Wharf.Engine.Images.Transfers;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images;

/// <summary>
/// <c>pull</c>: manifest → platform → config → all layers side by side (see <see cref="LayerPull"/>) → enter the image. Until the last step
/// the image does not exist; a lease keeps what is already there from being collected, and gives it back if the pull fails.
/// </summary>
public sealed class PullImage(
    RegistryClient registry,
    ContentStore content,
    ILayerStore layers,
    IImageCatalog catalog,
    ILeases leases,
    EventBus events,
    EngineOptions options,
    TimeProvider clock) : IDisposable
{
    private readonly SharedTransfers<Digest, PullProgress> _transfers = new();
    private readonly SemaphoreSlim _slots = new(options.MaxConcurrentDownloads);
    private readonly LayerPull _layerPull = new(content, layers, registry.Downloads, clock);

    /// <summary>Pulls one image, or all tags of a repository. Returns once it can be run.</summary>
    /// <param name="progress">Must take lines from several threads without waiting.</param>
    /// <exception cref="WharfException">In Docker's words; nothing of the failed image is left.</exception>
    public async Task RunAsync(PullRequest request, IProgress<PullProgress> progress, CancellationToken cancellationToken)
    {
        ImageReference reference = request.AllTags ? request.Reference : request.Reference.WithDefaultTag();
        if (request.AllTags && (reference.Tag is not null || reference.Digest is not null))
        {
            throw WharfException.Invalid("tag can't be used with --all-tags/-a");
        }

        await registry.UseAsync(
            reference,
            request.Credentials,
            async repository =>
            {
                try
                {
                    foreach (ImageReference one in await ExpandAsync(repository, reference, request.AllTags, cancellationToken).ConfigureAwait(false))
                    {
                        await PullOneAsync(repository, one, request.Platform, progress, cancellationToken).ConfigureAwait(false);
                    }

                    return true;
                }
                catch (RegistryError refused)
                {
                    throw refused.About(reference);
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _slots.Dispose();

    private static async Task<IEnumerable<ImageReference>> ExpandAsync(
        Repository repository, ImageReference reference, bool allTags, CancellationToken cancellationToken) =>
        allTags
            ? (await repository.ListTagsAsync(cancellationToken).ConfigureAwait(false)).Select(reference.WithTag)
            : [reference];

    private async Task PullOneAsync(
        Repository repository, ImageReference reference, Platform? platform, IProgress<PullProgress> progress, CancellationToken cancellationToken)
    {
        using ILease lease = leases.Begin();
        FetchedManifest top = await FetchTopAsync(repository, reference, cancellationToken).ConfigureAwait(false);
        progress.Report(new PullProgress(reference.Digest?.ToString() ?? reference.Tag, $"Pulling from {repository.Path}"));
        FetchedManifest own = await ChooseAsync(repository, reference, top, platform ?? Platform.Host, lease, cancellationToken).ConfigureAwait(false);
        Manifest manifest = Parse(() => ImageDocuments.ReadManifest(own.Content));
        ImageConfig config = await FetchConfigAsync(repository, manifest, lease, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<NewLayer> stack = Pair(manifest, config);

        bool isCurrent = catalog.FindId(reference) == manifest.Config.Digest && stack.All(layer => layers.Contains(layer.DiffId));
        if (!isCurrent)
        {
            await PullLayersAsync(repository, stack, lease, progress, cancellationToken).ConfigureAwait(false);
        }

        Keep(own, lease);
        catalog.Enter(new NewImage
        {
            Id = manifest.Config.Digest,
            Reference = reference,
            RepositoryDigest = top.Digest,
            Manifest = own.Digest,
            Config = config,
            Layers = stack,
        });
        WarnOfPlatform(reference, config.Platform, platform, progress);
        progress.Report(new PullProgress(null, $"Digest: {top.Digest}"));
        progress.Report(new PullProgress(
            null, isCurrent ? $"Status: Image is up to date for {reference.Familiar}" : $"Status: Downloaded newer image for {reference.Familiar}"));
        events.Publish("image", "pull", reference.Familiar, new Dictionary<string, string>(config.Config?.Labels ?? new Dictionary<string, string>())
        {
            ["name"] = reference.FamiliarName,
        });
    }

    /// <summary>
    /// A tag that is here already costs a HEAD: registries count GETs of manifests against the pull limit, and most pulls find nothing new.
    /// </summary>
    private async Task<FetchedManifest> FetchTopAsync(Repository repository, ImageReference reference, CancellationToken cancellationToken)
    {
        Digest? known = reference.Digest;
        if (known is null && catalog.FindId(reference) is not null)
        {
            known = await repository.HeadManifestAsync(reference.Tag!, cancellationToken).ConfigureAwait(false);
        }

        return known is not null && content.Contains(known)
            ? new FetchedManifest(content.ReadAll(known, ImageDocuments.MaxManifestSize), null, known)
            : await repository.GetManifestAsync(known?.ToString() ?? reference.Tag!, cancellationToken).ConfigureAwait(false);
    }

    private async Task<FetchedManifest> ChooseAsync(
        Repository repository, ImageReference reference, FetchedManifest top, Platform wanted, ILease lease, CancellationToken cancellationToken)
    {
        FetchedManifest chosen = top;
        if (MediaTypes.IsIndex(KindOf(top)))
        {
            Descriptor entry = new PlatformMatcher(wanted).Choose(Parse(() => ImageDocuments.ReadIndex(top.Content)))
                ?? throw WharfException.NotFound($"no matching manifest for {wanted} in the manifest list entries");
            Keep(top, lease);
            chosen = content.Contains(entry.Digest)
                ? new FetchedManifest(content.ReadAll(entry.Digest, ImageDocuments.MaxManifestSize), entry.MediaType, entry.Digest)
                : await repository.GetManifestAsync(entry.Digest.ToString(), cancellationToken).ConfigureAwait(false);
        }

        string? kind = KindOf(chosen);
        if (MediaTypes.IsSchema1(kind))
        {
            throw WharfException.Invalid(
                "Docker Image Format v1 and Docker Image manifest version 2, schema 1 support has been removed. "
                + $"Suggest the author of {reference} to upgrade the image to the OCI Format or Docker Image manifest v2, schema 2. "
                + "More information at https://docs.docker.com/go/deprecated-image-specs/");
        }

        return MediaTypes.IsManifest(kind) ? chosen : throw WharfException.Invalid($"unsupported manifest media type \"{kind}\" of {reference.Familiar}");
    }

    private static string? KindOf(FetchedManifest manifest) => Parse(() => ImageDocuments.MediaTypeOf(manifest.Content, manifest.MediaType));

    private async Task<ImageConfig> FetchConfigAsync(Repository repository, Manifest manifest, ILease lease, CancellationToken cancellationToken)
    {
        if (!MediaTypes.IsConfig(manifest.Config.MediaType))
        {
            throw WharfException.Invalid($"not a container image: its config has the media type \"{manifest.Config.MediaType}\"");
        }

        if (manifest.Layers.FirstOrDefault(layer => !MediaTypes.IsLayer(layer.MediaType)) is { } odd)
        {
            throw WharfException.Invalid($"layer {odd.Digest} has the unsupported media type \"{odd.MediaType}\"");
        }

        lease.HoldBlob(manifest.Config.Digest);
        if (content.Contains(manifest.Config.Digest))
        {
            return Parse(() => ImageDocuments.ReadConfig(content.ReadAll(manifest.Config.Digest, ImageDocuments.MaxConfigSize)));
        }

        byte[] bytes = await repository.GetBlobAsync(manifest.Config, ImageDocuments.MaxConfigSize, cancellationToken).ConfigureAwait(false);
        ImageConfig config = Parse(() => ImageDocuments.ReadConfig(bytes));
        content.Write(bytes, manifest.Config.Digest);
        return config;
    }

    private static IReadOnlyList<NewLayer> Pair(Manifest manifest, ImageConfig config)
    {
        IReadOnlyList<Digest> diffIds = config.Rootfs!.DiffIds;
        return diffIds.Count == manifest.Layers.Count
            ? [.. diffIds.Zip(manifest.Layers, (diffId, blob) => new NewLayer(diffId, blob))]
            : throw WharfException.Invalid($"image config names {diffIds.Count} layers where its manifest has {manifest.Layers.Count}");
    }

    private async Task PullLayersAsync(
        Repository repository, IReadOnlyList<NewLayer> stack, ILease lease, IProgress<PullProgress> progress, CancellationToken cancellationToken)
    {
        foreach (NewLayer layer in stack)
        {
            lease.HoldLayer(layer.DiffId);
            lease.HoldBlob(layer.Blob!.Digest);
            progress.Report(new PullProgress(layer.Blob.Digest.Short, "Pulling fs layer"));
        }

        // A layer may occur twice in one image (empty ones do), but is pulled once.
        await SideBySide.RunAsync(
            stack.DistinctBy(layer => layer.DiffId), (layer, stop) => PullLayerAsync(repository, layer, progress, stop), cancellationToken).ConfigureAwait(false);
    }

    private async Task PullLayerAsync(Repository repository, NewLayer layer, IProgress<PullProgress> progress, CancellationToken cancellationToken)
    {
        Descriptor blob = layer.Blob!;
        if (layers.Contains(layer.DiffId))
        {
            progress.Report(new PullProgress(blob.Digest.Short, "Already exists"));
            return;
        }

        await _transfers.JoinAsync(
            blob.Digest,
            progress,
            async (observers, stop) =>
            {
                var report = new LayerProgress(observers, blob.Digest, blob.Size, clock);
                if (!_slots.Wait(0, CancellationToken.None))
                {
                    report.Say("Waiting");
                    await _slots.WaitAsync(stop).ConfigureAwait(false);
                }

                try
                {
                    await _layerPull.RunAsync(repository, blob, layer.DiffId, report, stop).ConfigureAwait(false);
                }
                finally
                {
                    _slots.Release();
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    private void Keep(FetchedManifest manifest, ILease lease)
    {
        lease.HoldBlob(manifest.Digest);
        content.Write(manifest.Content, manifest.Digest);
    }

    /// <summary>An image for one platform only is pulled whatever was asked for; Docker says so and leaves it there.</summary>
    private static void WarnOfPlatform(ImageReference reference, Platform actual, Platform? wanted, IProgress<PullProgress> progress)
    {
        if (wanted is not null && !new PlatformMatcher(wanted).Matches(actual))
        {
            progress.Report(new PullProgress(
                null, $"WARNING: image with reference {reference.Familiar} was found but its platform ({actual}) does not match the specified platform ({wanted})"));
        }
    }

    private static T Parse<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FormatException malformed)
        {
            throw WharfException.Invalid(malformed.Message);
        }
    }
}
