using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Garbage;
using Wharf.Engine.Images.Layers;
using Wharf.Engine.Images.Pull;
using Wharf.Engine.Images.Registry;
using Wharf.Engine.Images.Transfers;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images.Push;

/// <summary>
/// One image to one repository: layers and config side by side, then the manifest. The manifest that the image came with is tried first, since
/// others know the image by it; where it came with none, or some of its bytes are neither here nor there any more, one is made of what is here.
/// </summary>
internal sealed class ImagePush(
    Image image,
    RepositoryWriter repository,
    MountSources sources,
    ContentStore content,
    ILayerArchives archives,
    BlobPush blobs,
    ILease lease,
    IProgress<PullProgress> progress)
{
    /// <returns>The manifest that the tag names in the registry now.</returns>
    internal async Task<StoredManifest> RunAsync(string tag, CancellationToken cancellationToken)
    {
        foreach (Digest blob in image.Layers.Select(layer => layer.Blob).Append(image.Manifest).Append(image.Id).OfType<Digest>())
        {
            lease.HoldBlob(blob);
        }

        TellEach("Preparing");
        Digest? current = await repository.FindManifestAsync(tag, cancellationToken).ConfigureAwait(false);
        if (current is not null && Expected() is { } expected && expected.Digest == current)
        {
            TellEach("Layer already exists");
            return Keep(expected);
        }

        StoredManifest manifest = await SendBlobsAsync(cancellationToken).ConfigureAwait(false);
        if (current != manifest.Digest)
        {
            await repository.PutManifestAsync(tag, manifest.Bytes, manifest.MediaType, cancellationToken).ConfigureAwait(false);
        }

        return Keep(manifest);
    }

    /// <summary>The manifest that will most likely be pushed: what the registry has under that digest it took only with all its blobs.</summary>
    private StoredManifest? Expected() =>
        ImageManifests.Own(image, content)
        ?? (image.Layers.All(layer => layer.Blob is { } blob && content.Contains(blob))
            ? ImageManifests.Make(image, [.. image.Layers.Select(layer => ImageManifests.DescribeLayer(layer.Blob!, content))], content)
            : null);

    /// <summary>As Docker: the topmost layer first.</summary>
    private void TellEach(string status)
    {
        foreach (Digest layer in image.Layers.Reverse().Select(layer => layer.DiffId).Distinct())
        {
            progress.Report(new PullProgress(layer.Short, status));
        }
    }

    private StoredManifest Keep(StoredManifest manifest)
    {
        lease.HoldBlob(manifest.Digest);
        content.Write(manifest.Bytes, manifest.Digest);
        return manifest;
    }

    private async Task<StoredManifest> SendBlobsAsync(CancellationToken cancellationToken)
    {
        if (ImageManifests.Own(image, content) is { } own)
        {
            try
            {
                await SendAsync((index, _) => Task.FromResult(own.Manifest.Layers[index]), cancellationToken).ConfigureAwait(false);
                return own;
            }
            catch (BlobMissingException)
            {
                // The layer was here before this image was, from another archive.
            }
        }

        return ImageManifests.Make(image, await SendAsync(ArchiveAsync, cancellationToken).ConfigureAwait(false), content);
    }

    /// <summary>Sends config, of which nothing is told, and layers. While one layer is on its way, another may still be packed.</summary>
    /// <param name="describe">Which archive of a layer to send.</param>
    private async Task<IReadOnlyList<Descriptor>> SendAsync(Func<int, CancellationToken, Task<Descriptor>> describe, CancellationToken cancellationToken)
    {
        var sent = new Descriptor[image.Layers.Count];
        Func<CancellationToken, Task>[] pieces = [SendConfigAsync, .. Enumerable.Range(0, sent.Length).Reverse().Select(SendLayer)];
        await SideBySide.RunAsync(pieces, (piece, stop) => piece(stop), cancellationToken).ConfigureAwait(false);
        return sent;

        Func<CancellationToken, Task> SendLayer(int index) => async stop =>
        {
            Digest layer = image.Layers[index].DiffId;
            Descriptor blob = sent[index] = await describe(index, stop).ConfigureAwait(false);
            if (blob.Urls is { Count: > 0 })
            {
                // Not for us to distribute: whoever pulls gets it from where the manifest says.
                progress.Report(new PullProgress(layer.Short, "Skipped foreign layer"));
            }
            else
            {
                await blobs.RunAsync(repository, blob, layer, sources.Of(blob.Digest, image), progress, stop).ConfigureAwait(false);
            }
        };
    }

    private Task SendConfigAsync(CancellationToken cancellationToken) => blobs.RunAsync(
        repository,
        ImageManifests.DescribeConfig(image, content),
        image.Id,
        sources.Of(image.Id, image),
        new Progress<PullProgress>(),
        cancellationToken);

    private async Task<Descriptor> ArchiveAsync(int index, CancellationToken cancellationToken)
    {
        StoredBlob archive = await archives.EnsureBlobAsync(image.Layers[index].DiffId, lease, cancellationToken).ConfigureAwait(false);
        return ImageManifests.DescribeLayer(archive.Digest, content);
    }
}
