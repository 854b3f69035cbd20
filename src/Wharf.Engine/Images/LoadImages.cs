using Wharf.Engine.Events;
using Wharf.Engine.Images.Archives;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Garbage;
using Wharf.Engine.Images.Layers;
using Wharf.Engine.Images.Pull;
using Wharf.Engine.Images.Transfers;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images;

/// <param name="References">What names it now; empty for an image that came without a name.</param>
public sealed record LoadedImage(Digest Id, IReadOnlyList<ImageReference> References);

/// <summary>
/// <c>load</c>: the files of the archive become blobs → its images are found and checked → layers that are not here unpack side by side →
/// the images are entered. What of it no image needs in the end, the collector takes when the lease ends.
/// </summary>
internal sealed class LoadImages(ImageTable table, ContentStore content, LayerStore layers, Leases leases, EventBus events, TimeProvider clock)
{
    /// <summary>Loads every image of a docker-archive or an OCI image layout, in a tar that may be compressed.</summary>
    /// <param name="platform">Which image to take where there are several for one name; the host's when null.</param>
    /// <param name="progress">Must take lines from several threads without waiting.</param>
    /// <exception cref="WharfException">InvalidArgument, NotFound: no image was entered.</exception>
    internal async Task<IReadOnlyList<LoadedImage>> RunAsync(
        Stream archive, Platform? platform, IProgress<PullProgress> progress, CancellationToken cancellationToken)
    {
        using ILease lease = leases.BeginAll();
        IReadOnlyList<ArchivedImage> images = await Task.Factory.StartNew(
            () => Find(ImageArchive.Read(archive, content, cancellationToken), platform),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).ConfigureAwait(false);
        await UnpackAsync(images.SelectMany(image => image.Layers), progress, cancellationToken).ConfigureAwait(false);
        return [.. images.Select(Enter)];
    }

    private IReadOnlyList<ArchivedImage> Find(ImageArchive archive, Platform? platform)
    {
        IReadOnlyList<ArchivedImage> images =
            archive.Document(DockerArchive.ManifestFile) is { } manifest ? DockerArchive.Read(archive, manifest, content)
            : archive.Document(OciArchive.IndexFile) is { } index ? OciArchive.Read(archive, index, platform ?? Platform.Host, content)
            : throw WharfException.Invalid(
                $"archive has neither {DockerArchive.ManifestFile} nor {OciArchive.IndexFile}: it holds no images (a root file system is imported, not loaded)");
        return platform is null || images.All(image => new PlatformMatcher(platform).Matches(image.Config.Platform))
            ? images
            : throw WharfException.NotFound($"the archive has images for other platforms than the requested {platform}");
    }

    private Task UnpackAsync(IEnumerable<NewLayer> stack, IProgress<PullProgress> progress, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            stack.DistinctBy(layer => layer.DiffId).Where(layer => !layers.Contains(layer.DiffId)),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken },
            async (layer, stop) =>
            {
                Descriptor blob = layer.Blob!;
                var report = new LayerProgress(progress, layer.DiffId, blob.Size, clock);
                await UnpackAsync(blob.Digest, layer.DiffId, report.Loading, stop).ConfigureAwait(false);
                progress.Report(new PullProgress(layer.DiffId.Short, "Loading layer", blob.Size, blob.Size));
            });

    /// <summary>A tar that is stored as it is was verified when it was stored, by what is its diff id too.</summary>
    private async Task UnpackAsync(Digest blob, Digest diffId, Action<long> report, CancellationToken cancellationToken)
    {
        if (blob != diffId || LayerMediaType.Of(blob, content) != MediaTypes.OciLayer)
        {
            await StoredLayer.UnpackAsync(content, layers, blob, diffId, report, cancellationToken).ConfigureAwait(false);
            return;
        }

        await using var tar = new CountingStream(content.OpenRead(blob), report);
        await layers.UnpackVerifiedAsync(tar, diffId, cancellationToken).ConfigureAwait(false);
    }

    private LoadedImage Enter(ArchivedImage image)
    {
        content.Write(image.ConfigBytes, image.Id);
        if (image.ManifestBytes is not null)
        {
            content.Write(image.ManifestBytes, image.Manifest);
        }

        foreach (ImageReference? name in image.References.DefaultIfEmpty<ImageReference?>(null))
        {
            table.Enter(new NewImage
            {
                Id = image.Id,
                Reference = name,
                RepositoryDigest = null,
                Manifest = image.Manifest,
                Config = image.Config,
                Layers = image.Layers,
            });
        }

        events.Publish("image", "load", image.Id.ToString(), new Dictionary<string, string>(image.Config.Config?.Labels ?? new Dictionary<string, string>())
        {
            ["name"] = image.Id.ToString(),
        });
        return new LoadedImage(image.Id, image.References);
    }
}
