using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Wharf.Engine.Images.Registry.Transport;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images.Registry;

/// <summary>One repository of a registry, opened for reading: manifests, blobs and tags. Everything returned has been held to its digest.</summary>
/// <param name="scope">What a token for it must be good for: <c>repository:library/debian:pull</c>.</param>
internal sealed class Repository(RegistryGate gate, string path, string scope, RegistryTimeouts timeouts, RetryPolicy retries)
{
    private const int MaxTagPages = 1000;

    internal string Path => path;

    /// <summary>The digest that a tag stands for now, or null when the registry does not say.</summary>
    internal Task<Digest?> HeadManifestAsync(string reference, CancellationToken cancellationToken) =>
        retries.RunAsync(
            async () =>
            {
                using HttpResponseMessage response = await SendAsync(HttpMethod.Head, $"manifests/{reference}", AcceptManifests, cancellationToken).ConfigureAwait(false);
                return AnnouncedDigest(response);
            },
            cancellationToken);

    /// <summary>Fetches a manifest or an index.</summary>
    /// <param name="reference">A tag, or a digest that the bytes must have.</param>
    internal Task<FetchedManifest> GetManifestAsync(string reference, CancellationToken cancellationToken) =>
        retries.RunAsync(
            async () =>
            {
                using HttpResponseMessage response = await SendAsync(HttpMethod.Get, $"manifests/{reference}", AcceptManifests, cancellationToken).ConfigureAwait(false);
                byte[] content = await LimitedBody.ReadAsync(response, ImageDocuments.MaxManifestSize, timeouts, cancellationToken).ConfigureAwait(false);
                Digest? expected = Digest.TryParse(reference, out Digest? asked) ? asked : AnnouncedDigest(response);
                if (expected is not null && !expected.Matches(content))
                {
                    throw new WharfException(ErrorKind.Internal, $"manifest verification failed for digest {expected}");
                }

                return new FetchedManifest(content, response.Content.Headers.ContentType?.MediaType, expected ?? Digest.Of(content));
            },
            cancellationToken);

    /// <summary>Fetches a small blob whole.</summary>
    internal Task<byte[]> GetBlobAsync(Descriptor blob, int limit, CancellationToken cancellationToken) =>
        retries.RunAsync(
            async () =>
            {
                if (blob.Size > limit)
                {
                    throw new WharfException(ErrorKind.Internal, $"blob {blob.Digest} of {blob.Size} bytes is larger than the limit of {limit}");
                }

                using HttpResponseMessage response = await SendAsync(HttpMethod.Get, $"blobs/{blob.Digest}", null, cancellationToken).ConfigureAwait(false);
                byte[] content = await LimitedBody.ReadAsync(response, limit, timeouts, cancellationToken).ConfigureAwait(false);
                return blob.Digest.Matches(content)
                    ? content
                    : throw new WharfException(ErrorKind.Internal, $"content verification failed for digest {blob.Digest}");
            },
            cancellationToken);

    /// <summary>Opens a blob for streaming; not retried here, because only the reader knows how far it came.</summary>
    /// <param name="offset">First byte wanted. A registry without ranges sends all: see <see cref="BlobStream.Offset"/>.</param>
    internal async Task<BlobStream> OpenBlobAsync(Digest digest, long offset, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await SendAsync(
            HttpMethod.Get,
            $"blobs/{digest}",
            request => request.Headers.Range = offset > 0 ? new RangeHeaderValue(offset, null) : null,
            cancellationToken).ConfigureAwait(false);
        try
        {
            long start = response.StatusCode == HttpStatusCode.PartialContent ? response.Content.Headers.ContentRange?.From ?? offset : 0;
            if (start > offset)
            {
                throw new WharfException(ErrorKind.Internal, $"registry sent blob {digest} from byte {start} where {offset} was asked for");
            }

            Stream content = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return new BlobStream(response, content, start, timeouts.Stall, cancellationToken);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>All tags, page by page.</summary>
    internal async Task<IReadOnlyList<string>> ListTagsAsync(CancellationToken cancellationToken)
    {
        List<string> tags = [];
        string? next = "tags/list";
        for (int page = 0; next is not null && page < MaxTagPages; page++)
        {
            string current = next;
            (TagList? list, next) = await retries.RunAsync(
                async () =>
                {
                    using HttpResponseMessage response = await SendAsync(HttpMethod.Get, current, null, cancellationToken).ConfigureAwait(false);
                    byte[] body = await LimitedBody.ReadAsync(response, LimitedBody.MaxTagList, timeouts, cancellationToken).ConfigureAwait(false);
                    return (ReadTags(body), NextPage(response));
                },
                cancellationToken).ConfigureAwait(false);
            tags.AddRange(list?.Tags ?? []);
        }

        return tags;
    }

    private static TagList? ReadTags(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, RegistryErrorJson.Default.TagList);
        }
        catch (JsonException malformed)
        {
            throw new WharfException(ErrorKind.Internal, $"registry sent no list of tags: {malformed.Message}", malformed);
        }
    }

    /// <summary><c>Link: &lt;/v2/x/tags/list?last=b&amp;n=2&gt;; rel="next"</c> (RFC 8288); only its query is of interest.</summary>
    private static string? NextPage(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out IEnumerable<string>? links) || links.FirstOrDefault(link => link.Contains("next", StringComparison.Ordinal)) is not { } link)
        {
            return null;
        }

        int query = link.IndexOf('?');
        int end = link.IndexOf('>');
        return query >= 0 && end > query ? "tags/list" + link[query..end] : null;
    }

    internal static Digest? AnnouncedDigest(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Docker-Content-Digest", out IEnumerable<string>? values) && Digest.TryParse(values.First(), out Digest? digest) ? digest : null;

    private static void AcceptManifests(HttpRequestMessage request)
    {
        foreach (string mediaType in MediaTypes.Manifests)
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(mediaType));
        }
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string rest, Action<HttpRequestMessage>? prepare, CancellationToken cancellationToken) =>
        gate.SendAsync(method, gate.Endpoint.Resolve($"/v2/{path}/{rest}"), scope, prepare, cancellationToken);
}

/// <param name="MediaType">As served; null when the registry did not say.</param>
internal sealed record FetchedManifest(byte[] Content, string? MediaType, Digest Digest);
