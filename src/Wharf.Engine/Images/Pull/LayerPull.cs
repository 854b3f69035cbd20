using System.IO.Pipelines;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Layers;
using Wharf.Engine.Images.Registry;
using Wharf.Engine.Images.Registry.Transport;
using Wharf.Engine.Images.Transfers;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images.Pull;

/// <summary>
/// One layer, from the registry to its directory, as one pipeline of three stages that run at the same time:
/// <code>
///   download ──► verify digest, content store          (LayerDownload)
///       └─ pipe ─► inflate                              (ReadAhead, a thread of its own)
///                     └─ pipe ─► diff digest, files     (ILayerStore)
/// </code>
/// The layer appears only if both digests are right; the first stage to fail stops the others, and each removes what it had begun, except for
/// bytes that came over the network and may be gone on with.
/// </summary>
internal sealed class LayerPull(ContentStore content, ILayerStore layers, RetryPolicy retries, TimeProvider clock)
{
    internal async Task RunAsync(Repository repository, Descriptor blob, Digest diffId, LayerProgress progress, CancellationToken cancellationToken)
    {
        if (content.Contains(blob.Digest))
        {
            await UnpackAsync(content.OpenRead(blob.Digest), blob, diffId, progress, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await StreamAsync(repository, blob, diffId, progress, cancellationToken).ConfigureAwait(false);
        }

        progress.Say("Pull complete");
    }

    /// <summary>An interrupted download is kept for the next attempt, a wrong one is not.</summary>
    private async Task StreamAsync(Repository repository, Descriptor blob, Digest diffId, LayerProgress progress, CancellationToken cancellationToken)
    {
        using ContentWriter store = content.BeginResumable(blob.Digest);
        bool isResumed = store.Remaining > 0;
        while (true)
        {
            try
            {
                await StreamAsync(repository, store, blob, diffId, progress, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception failure) when (IsInterruption(failure, cancellationToken))
            {
                store.Keep();
                throw;
            }
            catch (Exception) when (isResumed)
            {
                // Perhaps what was left is not what the blob begins with.
                isResumed = false;
                store.StartOver();
            }
        }
    }

    private static bool IsInterruption(Exception failure, CancellationToken cancellationToken) =>
        failure is RegistryTransportException or RegistryError || (failure is OperationCanceledException && cancellationToken.IsCancellationRequested);

    private async Task StreamAsync(
        Repository repository, ContentWriter store, Descriptor blob, Digest diffId, LayerProgress progress, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pipe = new Pipe(ReadAhead.PipeOptions);
        var download = new LayerDownload(repository, blob, retries, progress, clock);
        Task downloading = Task.Run(() => DownloadAsync(download, store, pipe.Writer, stop.Token), CancellationToken.None);
        try
        {
            await UnpackAsync(pipe.Reader.AsStream(), blob, diffId, progress, stop.Token).ConfigureAwait(false);
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await downloading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (downloading.IsFaulted)
            {
                // Wrong bytes fail in both stages; that they are wrong says more than what they do to the other one.
                await downloading.ConfigureAwait(false);
            }

            throw;
        }

        await downloading.ConfigureAwait(false);
    }

    private static async Task DownloadAsync(LayerDownload download, ContentWriter store, PipeWriter next, CancellationToken cancellationToken)
    {
        try
        {
            await download.RunAsync(store, next, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // The next stage reads it, fails with it, and so it reaches the caller.
            await next.CompleteAsync(failure).ConfigureAwait(false);
            throw;
        }
    }

    private Task UnpackAsync(Stream compressed, Descriptor blob, Digest diffId, LayerProgress progress, CancellationToken cancellationToken) =>
        StoredLayer.UnpackAsync(compressed, layers, blob.Digest, diffId, progress.Extracting, cancellationToken);
}
