using System.Globalization;
using System.Net;
using Wharf.Engine.Images.Registry.Transport;
using Wharf.Oci;

namespace Wharf.Engine.Images.Registry;

/// <summary>
/// A blob on its way into a repository: a session that the registry has opened (distribution-spec, "Pushing blobs"). Each answer may say anew
/// where the next request goes. Nothing is retried here, because only the sender knows what to do after a failure.
/// </summary>
internal sealed class BlobUpload
{
    private readonly RegistryGate _gate;
    private readonly string _scope;
    private Uri _location;

    /// <param name="opened">The answer that opened it.</param>
    internal BlobUpload(RegistryGate gate, string scope, HttpResponseMessage opened)
    {
        _gate = gate;
        _scope = scope;
        _location = NextLocation(opened, opened.RequestMessage!.RequestUri!)
            ?? throw new WharfException(ErrorKind.Internal, $"registry {gate.Endpoint.Authority} opened an upload without saying where (no Location header)");
        SmallestChunk = opened.Headers.TryGetValues("OCI-Chunk-Min-Length", out IEnumerable<string>? values)
            && int.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out int smallest) ? smallest : 0;
    }

    /// <summary>Chunks that are not the last must have so many bytes.</summary>
    internal int SmallestChunk { get; }

    /// <summary>Sends what is left of the blob, perhaps nothing, and closes the session: the blob is in the repository then.</summary>
    /// <exception cref="WharfException">It is not, or under another digest.</exception>
    internal async Task CompleteAsync(BlobSource blob, long offset, CancellationToken cancellationToken)
    {
        var address = new UriBuilder(_location);
        address.Query = (address.Query.Length > 1 ? address.Query[1..] + "&" : "") + $"digest={blob.Digest}";
        using HttpResponseMessage response = await SendAsync(
            HttpMethod.Put, address.Uri, blob, offset, blob.Size - offset, cancellationToken).ConfigureAwait(false);
        if (Repository.AnnouncedDigest(response) is { } stored && stored != blob.Digest)
        {
            throw new WharfException(ErrorKind.Internal, $"registry stored {stored} where {blob.Digest} was sent");
        }
    }

    /// <summary>Sends a chunk that is not the last.</summary>
    internal async Task AppendAsync(BlobSource blob, long offset, long length, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Patch, _location, blob, offset, length, cancellationToken).ConfigureAwait(false);
        _location = NextLocation(response, _location) ?? _location;
        if (ReceivedBytes(response) is { } received && received != offset + length)
        {
            throw new UploadOutOfStepException(blob.Digest, received, offset + length);
        }
    }

    /// <summary>Asks how much has arrived, after a failure.</summary>
    /// <returns>Null when the registry does not say.</returns>
    internal async Task<long?> FindOffsetAsync(CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _gate.SendAsync(HttpMethod.Get, _location, _scope, null, cancellationToken).ConfigureAwait(false);
        _location = NextLocation(response, _location) ?? _location;
        return ReceivedBytes(response);
    }

    /// <summary>Tells the registry that nothing more will come.</summary>
    internal async Task AbandonAsync(CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _gate.SendAsync(HttpMethod.Delete, _location, _scope, null, cancellationToken).ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> SendAsync(
        HttpMethod method, Uri address, BlobSource blob, long offset, long length, CancellationToken cancellationToken) =>
        _gate.SendAsync(
            method,
            address,
            _scope,
            request =>
            {
                BlobContent part = blob.Part(offset, length);
                request.Content = part;
                request.Headers.ExpectContinue = part.AsksFirst;
                if (length > 0 && (offset > 0 || method == HttpMethod.Patch))
                {
                    // Without the unit that RFC 9110 has: so the distribution-spec writes it.
                    part.Headers.TryAddWithoutValidation("Content-Range", $"{offset}-{offset + length - 1}");
                }
            },
            cancellationToken);

    private static Uri? NextLocation(HttpResponseMessage response, Uri asked) =>
        response.Headers.Location is { } location ? new Uri(asked, location) : null;

    /// <summary><c>Range: 0-1023</c>. Distribution answers <c>0-0</c> for nothing as well as for one byte: it is taken for nothing.</summary>
    private static long? ReceivedBytes(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.Accepted or HttpStatusCode.OK
        && response.Headers.TryGetValues("Range", out IEnumerable<string>? values)
        && long.TryParse(values.First()[(values.First().LastIndexOf('-') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out long last)
            ? last == 0 ? 0 : last + 1
            : null;
}

/// <summary>What a registry has of an upload is not what was sent.</summary>
internal sealed class UploadOutOfStepException(Digest blob, long received, long sent)
    : WharfException(ErrorKind.Internal, $"registry has {received} bytes of {blob} where {sent} were sent");
