using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Pull;
using Wharf.Engine.Images.Registry;
using Wharf.Engine.Images.Transfers;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images.Push;

/// <summary>
/// One blob to one repository, in the cheapest way that does it: it is there already; the registry has it in another repository; its bytes
/// are sent. Pushes that want the same at the same time share one.
/// </summary>
internal sealed class BlobPush(ContentStore content, RetryPolicy retries, int concurrency, TimeProvider clock) : IDisposable
{
    /// <summary>Asking costs little but time: an image of many layers should not wait for one answer after the other.</summary>
    private const int ConcurrentQuestions = 8;

    private const int MaxMountAttempts = 3;
    private readonly SharedTransfers<(string Repository, Digest Blob), PullProgress> _transfers = new();
    private readonly SemaphoreSlim _uploads = new(concurrency);
    private readonly SemaphoreSlim _questions = new(ConcurrentQuestions);

    /// <param name="layer">What progress calls it.</param>
    /// <param name="sources">Repositories of the same registry that should have it, the most likely first.</param>
    /// <exception cref="BlobMissingException">Neither this engine nor the registry has the bytes.</exception>
    internal Task RunAsync(
        RepositoryWriter repository,
        Descriptor blob,
        Digest layer,
        IReadOnlyList<string> sources,
        IProgress<PullProgress> progress,
        CancellationToken cancellationToken) =>
        _transfers.JoinAsync(
            (repository.Identity, blob.Digest),
            progress,
            (observers, stop) => PushAsync(repository, blob, sources, new LayerProgress(observers, layer, blob.Size, clock), stop),
            cancellationToken);

    public void Dispose()
    {
        _uploads.Dispose();
        _questions.Dispose();
    }

    private async Task PushAsync(
        RepositoryWriter repository, Descriptor blob, IReadOnlyList<string> sources, LayerProgress progress, CancellationToken cancellationToken)
    {
        if (await IsThereAsync(repository, blob, cancellationToken).ConfigureAwait(false))
        {
            progress.Say("Layer already exists");
            return;
        }

        if (!_uploads.Wait(0, CancellationToken.None))
        {
            progress.Say("Waiting");
            await _uploads.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            BlobUpload? opened = null;
            foreach (string source in sources.Take(MaxMountAttempts))
            {
                await LayerUpload.AbandonAsync(opened).ConfigureAwait(false);
                (bool isMounted, opened) = await repository.TryMountAsync(blob.Digest, source, cancellationToken).ConfigureAwait(false);
                if (isMounted)
                {
                    progress.Say($"Mounted from {source}");
                    return;
                }
            }

            await new LayerUpload(repository, blob, content, retries, progress, clock).RunAsync(opened, cancellationToken).ConfigureAwait(false);
            progress.Say("Pushed");
        }
        finally
        {
            _uploads.Release();
        }
    }

    private async Task<bool> IsThereAsync(RepositoryWriter repository, Descriptor blob, CancellationToken cancellationToken)
    {
        await _questions.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await repository.HasBlobAsync(blob, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _questions.Release();
        }
    }
}
