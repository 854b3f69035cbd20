using System.Net;
using System.Net.Http.Headers;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images.Registry;

/// <summary>One repository of a registry, opened for writing: blobs first, then the manifest that names them.</summary>
/// <param name="repository">The same one, for reading.</param>
internal sealed class RepositoryWriter(RegistryGate gate, Repository repository, string scope, RetryPolicy retries)
{
    internal string Path => repository.Path;

    /// <summary>Names the repository among all that this engine may be writing to at once.</summary>
    internal string Identity => $"{gate.Endpoint.Base}{repository.Path}";

    /// <summary>Whether the repository has the blob. One of another length is none: sending it again will show what is wrong.</summary>
    internal Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
        retries.RunAsync(
            async () =>
            {
                try
                {
                    using HttpResponseMessage response = await SendAsync(HttpMethod.Head, $"blobs/{blob.Digest}", null, cancellationToken).ConfigureAwait(false);
                    return response.Content.Headers.ContentLength is not { } length || length == blob.Size;
                }
                catch (RegistryError missing) when (missing.Status == HttpStatusCode.NotFound)
                {
                    return false;
                }
            },
            cancellationToken);

    /// <summary>The digest that a tag stands for, or null when there is no such tag or the registry does not say.</summary>
    internal async Task<Digest?> FindManifestAsync(string tag, CancellationToken cancellationToken)
    {
        try
        {
            return await repository.HeadManifestAsync(tag, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryError)
        {
            // There is none, or the registry does not tell: storing the manifest will show what is wrong.
            return null;
        }
    }

    /// <summary>Asks the registry to take a blob from another of its repositories, so that no byte has to be sent.</summary>
    internal async Task<MountResult> TryMountAsync(Digest blob, string source, CancellationToken cancellationToken)
    {
        try
        {
            // The token must be good for reading there, too.
            using HttpResponseMessage response = await gate.SendAsync(
                HttpMethod.Post,
                Resolve($"blobs/uploads/?mount={blob}&from={Uri.EscapeDataString(source)}"),
                $"{scope} repository:{source}:pull",
                null,
                cancellationToken).ConfigureAwait(false);
            return response.StatusCode == HttpStatusCode.Created ? new MountResult(true, null) : new MountResult(false, new BlobUpload(gate, scope, response));
        }
        catch (WharfException refused) when (refused is RegistryError or { Kind: ErrorKind.Unauthorized })
        {
            // It was only a try: whether we may write here at all, the upload will show.
            return new MountResult(false, null);
        }
    }

    /// <summary>Opens an upload.</summary>
    internal Task<BlobUpload> BeginUploadAsync(CancellationToken cancellationToken) =>
        retries.RunAsync(
            async () =>
            {
                using HttpResponseMessage response = await SendAsync(HttpMethod.Post, "blobs/uploads/", null, cancellationToken).ConfigureAwait(false);
                return new BlobUpload(gate, scope, response);
            },
            cancellationToken);

    /// <summary>Stores a manifest, whose blobs are all there, under a tag.</summary>
    /// <exception cref="WharfException">The registry refused it, or stored something else.</exception>
    internal Task PutManifestAsync(string tag, byte[] content, string mediaType, CancellationToken cancellationToken) =>
        retries.RunAsync(
            async () =>
            {
                using HttpResponseMessage response = await SendAsync(
                    HttpMethod.Put,
                    $"manifests/{tag}",
                    request => request.Content = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } },
                    cancellationToken).ConfigureAwait(false);
                Digest digest = Digest.Of(content);
                return Repository.AnnouncedDigest(response) is { } stored && stored.Algorithm == digest.Algorithm && stored != digest
                    ? throw new WharfException(ErrorKind.Internal, $"registry stored manifest {stored} where {digest} was sent")
                    : digest;
            },
            cancellationToken);

    private Uri Resolve(string rest) => gate.Endpoint.Resolve($"/v2/{repository.Path}/{rest}");

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string rest, Action<HttpRequestMessage>? prepare, CancellationToken cancellationToken) =>
        gate.SendAsync(method, Resolve(rest), scope, prepare, cancellationToken);
}

/// <param name="Opened">The session that the registry has opened instead, if it has.</param>
internal sealed record MountResult(bool IsMounted, BlobUpload? Opened);
