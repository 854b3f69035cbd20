using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Garbage;
using Wharf.Engine.Images.Pull;
using Wharf.Engine.Images.Registry;
using Wharf.Engine.Images.Transfers;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images.Push;

/// <summary>
/// One image to one repository: layers and config side by side, then the manifest. The manifest that the image came with is tried first, since
/// others know the image by it; where some of its bytes are neither here nor there any more, one is made of the bytes that are.
/// </summary>
internal sealed class ImagePush(ContentStore content, BlobPush blobs, RepositoryWriter repository, MountSources sources, IProgress<PullProgress> progress)
{
    /// <returns>The manifest that the tag names in the registry now.</returns>
    internal async Task<StoredManifest> RunAsync(Image image, string tag, ILease lease, CancellationToken cancellationToken)
    {
        Hold(image, lease);
        Task<Digest?> current = repository.FindManifestAsync(tag, cancellationToken);
        Task<StoredManifest> sent = SendBlobsAsync(image, cancellationToken);
        await Task.WhenAll(current, sent).ConfigureAwait(false);
        StoredManifest manifest = await sent.ConfigureAwait(false);
        if (await current.ConfigureAwait(false) != manifest.Digest)
        {
            await repository.PutManifestAsync(tag, manifest.Bytes, manifest.MediaType, cancellationToken).ConfigureAwait(false);
        }

        lease.HoldBlob(manifest.Digest);
        content.Write(manifest.Bytes, manifest.Digest);
        return manifest;
    }

    private async Task<StoredManifest> SendBlobsAsync(Image image, CancellationToken cancellationToken)
    {
        if (ImageManifests.Own(image, content) is { } own)
        {
            try
            {
                await SendAsync(image, own, cancellationToken).ConfigureAwait(false);
                return own;
            }
            catch (BlobMissingException) when (image.Layers.All(layer => layer.Blob is not null))
            {
                // The layer was here before this image was, from another archive.
            }
        }

        StoredManifest made = ImageManifests.Make(image, [.. image.Layers.Select(Describe)], content);
        await SendAsync(image, made, cancellationToken).ConfigureAwait(false);
        return made;
    }

    private Task SendAsync(Image image, StoredManifest manifest, CancellationToken cancellationToken)
    {
        // As Docker: the topmost layer is told first. The config is told nowhere.
        List<(Descriptor Blob, Digest Name, IProgress<PullProgress> Progress)> pieces =
        [
            .. manifest.Manifest.Layers.Zip(image.Layers, (blob, layer) => (blob, layer.DiffId, progress)).Reverse().DistinctBy(piece => piece.blob.Digest),
            (manifest.Manifest.Config, image.Id, new Progress<PullProgress>()),
        ];
        foreach ((_, Digest name, IProgress<PullProgress> told) in pieces)
        {
            told.Report(new PullProgress(name.Short, "Preparing"));
        }

        return SideBySide.RunAsync(
            pieces,
            (piece, stop) =>
            {
                if (piece.Blob.Urls is { Count: > 0 })
                {
                    // Not for us to distribute: whoever pulls gets it from where the manifest says.
                    piece.Progress.Report(new PullProgress(piece.Name.Short, "Skipped foreign layer"));
                    return Task.CompletedTask;
                }

                return blobs.RunAsync(repository, piece.Blob, piece.Name, sources.Of(piece.Blob.Digest, image), piece.Progress, stop);
            },
            cancellationToken);
    }

    private Descriptor Describe(ImageLayer layer) => ImageManifests.Describe(layer.Blob ?? throw new BlobMissingException(layer.DiffId), content);

    private static void Hold(Image image, ILease lease)
    {
        lease.HoldBlob(image.Id);
        foreach (Digest blob in image.Layers.Select(layer => layer.Blob).Append(image.Manifest).OfType<Digest>())
        {
            lease.HoldBlob(blob);
        }
    }
}
