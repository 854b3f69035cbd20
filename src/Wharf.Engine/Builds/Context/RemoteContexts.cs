using System.Net;
using System.Net.Http.Headers;
using Wharf.Engine.Images.Content;

namespace Wharf.Engine.Builds.Context;

/// <summary>Contexts that the engine itself fetches: a git repository, an archive or a single Dockerfile by HTTP.</summary>
public sealed class RemoteContexts : IDisposable
{
    private const int MaxRedirects = 10;
    private const int MaxDockerfileBytes = 1 << 20;

    /// <summary>Enough to tell a tar from text: its magic stands at byte 257.</summary>
    private const int HeadBytes = 512;

    private readonly ContextStore _store;
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(30),
        MaxAutomaticRedirections = MaxRedirects,
        UseCookies = false,
    })
    {
        // Of the answer's head; a large archive takes as long as it takes.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    internal RemoteContexts(ContextStore store) => _store = store;

    /// <summary>Fetches what an address names; blocks.</summary>
    /// <param name="dockerfile">The name that a file gets which is no archive.</param>
    /// <exception cref="WharfException">It cannot be fetched, or is no context.</exception>
    public StoredContext Fetch(string address, string dockerfile, CancellationToken cancellationToken)
    {
        if (GitAddress.TryParse(address) is { } git)
        {
            return GitFetch.Run(_store, new GitRequest(git), cancellationToken);
        }

        return Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
            ? Download(uri, dockerfile, cancellationToken)
            : throw WharfException.Invalid($"unable to prepare context: \"{address}\" is neither a git repository nor an http or https address");
    }

    public void Dispose() => _http.Dispose();

    private StoredContext Download(Uri uri, string dockerfile, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            using HttpResponseMessage response = _http.Send(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw WharfException.Invalid(
                    $"failed to GET {uri.GetLeftPart(UriPartial.Path)} with status {(int)response.StatusCode} {response.ReasonPhrase}");
            }

            using Stream body = response.Content.ReadAsStream(cancellationToken);
            byte[] head = new byte[HeadBytes];
            int length = body.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false);
            using Stream whole = new RewoundStream(head.AsMemory(0, length), body);
            return IsArchive(head.AsSpan(0, length), response.Content.Headers.ContentType)
                ? _store.Unpack(whole, cancellationToken)
                : _store.WithFile(dockerfile, ReadDockerfile(whole, uri));
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            throw new WharfException(
                ErrorKind.Unavailable, $"error downloading remote context {uri.GetLeftPart(UriPartial.Path)}: {failed.GetBaseException().Message}", failed);
        }
    }

    /// <summary>The first bytes decide where they can: servers name archives in many ways.</summary>
    private static bool IsArchive(ReadOnlySpan<byte> head, MediaTypeHeaderValue? type) =>
        head is [0x1f, 0x8b, ..] or [0x28, 0xb5, 0x2f, 0xfd, ..] or [(byte)'B', (byte)'Z', (byte)'h', ..] or [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..]
        || (head.Length == HeadBytes && head[257..].StartsWith("ustar"u8))
        || type?.MediaType is "application/x-tar" or "application/tar" or "application/gzip" or "application/x-gzip" or "application/zstd";

    private static byte[] ReadDockerfile(Stream body, Uri uri)
    {
        byte[] text = new byte[MaxDockerfileBytes + 1];
        int length = body.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        return length <= MaxDockerfileBytes && !text.AsSpan(0, length).Contains((byte)0)
            ? text[..length]
            : throw WharfException.Invalid($"remote context {uri.GetLeftPart(UriPartial.Path)} is neither a tar archive nor a Dockerfile");
    }
}
