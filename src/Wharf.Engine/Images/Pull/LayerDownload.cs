using System.IO.Pipelines;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Registry;
using Wharf.Engine.Images.Transfers;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images.Pull;

/// <summary>
/// First stage of a layer: network → content store (hashed on the way) and, at the same time, the pipe to the next stage. A broken
/// connection goes on where it stopped, by range request; so does one that broke in an earlier pull.
/// </summary>
internal sealed class LayerDownload(Repository repository, Descriptor blob, RetryPolicy retries, LayerProgress progress, TimeProvider clock)
{
    private const int ReadSize = 128 << 10;

    /// <summary>So much fetched in one attempt makes it a good one: the count of failures starts again.</summary>
    private const int Headway = 1 << 20;

    /// <summary>Downloads into both. The pipe ends only once the digest is known to be right; the blob is in the store on return.</summary>
    internal async Task RunAsync(ContentWriter store, PipeWriter next, CancellationToken cancellationToken)
    {
        if (store.Remaining > blob.Size)
        {
            store.StartOver();
        }

        await ReplayAsync(store, next, cancellationToken).ConfigureAwait(false);
        int failures = 0;
        while (store.Length < blob.Size)
        {
            long before = store.Length;
            try
            {
                await FetchAsync(store, next, cancellationToken).ConfigureAwait(false);
            }
            catch (WharfException failure)
            {
                failures = store.Length - before >= Headway ? 1 : failures + 1;
                if (retries.PauseAfter(failure, failures) is not { } pause)
                {
                    throw;
                }

                progress.Say($"Retrying in {Math.Ceiling(pause.TotalSeconds):0} seconds");
                await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(false);
            }
        }

        store.Verify(blob.Digest, blob.Size);
        progress.Downloaded();
        await next.CompleteAsync().ConfigureAwait(false);
        store.Commit();
    }

    /// <summary>What an earlier attempt has fetched goes to the next stage, too.</summary>
    private async Task ReplayAsync(ContentWriter store, PipeWriter next, CancellationToken cancellationToken)
    {
        while (store.Replay(next.GetSpan(ReadSize)) is > 0 and int read)
        {
            next.Advance(read);
            progress.Downloading(store.Length);
            await next.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task FetchAsync(ContentWriter store, PipeWriter next, CancellationToken cancellationToken)
    {
        using BlobStream body = await repository.OpenBlobAsync(blob.Digest, store.Length, cancellationToken).ConfigureAwait(false);
        if (body.Length is { } announced && body.Offset + announced != blob.Size)
        {
            throw new WharfException(
                ErrorKind.Internal, $"registry announced {body.Offset + announced} bytes for blob {blob.Digest} where the manifest says {blob.Size}");
        }

        long position = body.Offset;
        while (position < blob.Size)
        {
            Memory<byte> buffer = next.GetMemory(ReadSize);
            int wanted = (int)Math.Min(buffer.Length, (position < store.Length ? store.Length : blob.Size) - position);
            int read = await body.ReadAsync(buffer[..wanted]).ConfigureAwait(false);
            if (read == 0)
            {
                throw body.EndedEarly();
            }

            position += read;
            if (position <= store.Length)
            {
                // The registry knows no ranges and starts over: these bytes are here already.
                continue;
            }

            store.Append(buffer.Span[..read]);
            next.Advance(read);
            progress.Downloading(store.Length);
            await next.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
