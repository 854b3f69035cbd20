using System.Net;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Registry;
using Wharf.Engine.Images.Transfers;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images.Push;

/// <summary>
/// The bytes of a blob, in one request as long as that works. After a cut the registry is asked how much it has, and gets the rest; where a
/// body is too large for it (or for what stands before it), it gets chunks.
/// </summary>
internal sealed class LayerUpload(
    RepositoryWriter repository, Descriptor blob, ContentStore content, RetryPolicy retries, LayerProgress progress, TimeProvider clock)
{
    private const int ChunkSize = 16 << 20;

    /// <summary>So much sent in one attempt makes it a good one: the count of failures starts again.</summary>
    private const int Headway = 1 << 20;

    private static readonly TimeSpan AbandonPatience = TimeSpan.FromSeconds(2);
    private BlobUpload? _upload;
    private long _offset;
    private bool _inChunks;

    /// <param name="opened">A session that is open already, or null.</param>
    internal async Task RunAsync(BlobUpload? opened, CancellationToken cancellationToken)
    {
        _upload = opened;
        try
        {
            if (!content.Contains(blob.Digest))
            {
                throw new BlobMissingException(blob.Digest);
            }

            for (int failures = 0; ;)
            {
                long before = _offset;
                try
                {
                    await SendAsync(cancellationToken).ConfigureAwait(false);
                    _upload = null;
                    return;
                }
                catch (WharfException failure)
                {
                    failures++;
                    if (IsTooLarge(failure) && !_inChunks)
                    {
                        _inChunks = true;
                        await StartOverAsync().ConfigureAwait(false);
                        continue;
                    }

                    if (IsSessionLost(failure) && failures < retries.Attempts)
                    {
                        await StartOverAsync().ConfigureAwait(false);
                        continue;
                    }

                    if (retries.PauseAfter(failure, failures) is not { } pause)
                    {
                        throw;
                    }

                    progress.Say($"Retrying in {Math.Ceiling(pause.TotalSeconds):0} seconds");
                    await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(false);
                }

                await FindOutAsync(cancellationToken).ConfigureAwait(false);
                failures = _offset - before >= Headway ? 0 : failures;
            }
        }
        finally
        {
            await AbandonAsync(_upload).ConfigureAwait(false);
        }
    }

    /// <summary>Spares the registry a session that nobody will go on with; it would forget it by itself one day.</summary>
    internal static async Task AbandonAsync(BlobUpload? upload)
    {
        if (upload is null)
        {
            return;
        }

        using var patience = new CancellationTokenSource(AbandonPatience);
        try
        {
            await upload.AbandonAsync(patience.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is WharfException or OperationCanceledException)
        {
            // What brought us here is what counts.
        }
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        _upload ??= await repository.BeginUploadAsync(cancellationToken).ConfigureAwait(false);
        var source = new BlobSource(blob.Digest, blob.Size, () => content.OpenRead(blob.Digest), progress.Pushing);
        int chunk = Math.Max(ChunkSize, _upload.SmallestChunk);
        while (_inChunks && blob.Size - _offset > chunk)
        {
            await _upload.AppendAsync(source, _offset, chunk, cancellationToken).ConfigureAwait(false);
            _offset += chunk;
        }

        await _upload.CompleteAsync(source, _offset, cancellationToken).ConfigureAwait(false);
    }

    private static bool IsTooLarge(WharfException failure) => failure is RegistryError { Status: HttpStatusCode.RequestEntityTooLarge };

    /// <summary>A session that is gone, or does not have the bytes that it said it had, is no reason to give the blob up.</summary>
    private bool IsSessionLost(WharfException failure) => failure is UploadOutOfStepException || (failure is RegistryError refused
        && (refused.Code is RegistryError.BlobUploadUnknown or RegistryError.BlobUploadInvalid
            || refused.Status is HttpStatusCode.RequestedRangeNotSatisfiable
            || (refused.Code is RegistryError.DigestInvalid && _offset > 0)));

    private async Task StartOverAsync()
    {
        await AbandonAsync(_upload).ConfigureAwait(false);
        (_upload, _offset) = (null, 0);
    }

    /// <summary>Where to go on: what the registry says that it has, or nothing if it has no such session (any more).</summary>
    private async Task FindOutAsync(CancellationToken cancellationToken)
    {
        long? received = null;
        try
        {
            received = _upload is null ? null : await _upload.FindOffsetAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (WharfException)
        {
            // As good as no answer.
        }

        if (received is null or 0 || received > blob.Size)
        {
            await StartOverAsync().ConfigureAwait(false);
        }
        else
        {
            _offset = received.Value;
        }
    }
}
