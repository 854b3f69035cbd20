using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Wharf.Engine.Images.Registry.Auth;
using Wharf.Engine.Images.Registry.Endpoints;
using Wharf.Engine.Images.Registry.Transport;
using Wharf.Oci;

namespace Wharf.Engine.Images.Registry;

/// <summary>
/// <c>GET /v1/search</c>, the one request of Docker's first registry protocol that is still in use. Docker Hub answers it, and few others do.
/// </summary>
internal sealed class RegistrySearch(EndpointResolver endpoints, RegistryTransport transport)
{
    private const int MaxAnswer = 4 << 20;
    private static readonly RegistryEndpoint DockerHub = new(new Uri("https://index.docker.io"), VerifyTls: true);

    /// <exception cref="WharfException">NotFound: the registry cannot be searched.</exception>
    internal async Task<IReadOnlyList<FoundImage>> RunAsync(
        string domain, string term, int limit, RegistryCredentials? credentials, CancellationToken cancellationToken)
    {
        IReadOnlyList<RegistryEndpoint> candidates = domain == ImageReference.DefaultDomain
            ? [DockerHub]
            : await endpoints.ResolveAsync(domain, cancellationToken).ConfigureAwait(false);
        string path = $"/v1/search?q={Uri.EscapeDataString(term)}&n={limit}";
        for (int i = 0; ; i++)
        {
            try
            {
                return await AskAsync(candidates[i], path, credentials, cancellationToken).ConfigureAwait(false);
            }
            catch (RegistryTransportException) when (i < candidates.Count - 1)
            {
                // The next endpoint's answer is the one that counts.
            }
        }
    }

    private async Task<IReadOnlyList<FoundImage>> AskAsync(
        RegistryEndpoint endpoint, string path, RegistryCredentials? credentials, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await SendAsync(endpoint, path, null, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Unauthorized && !string.IsNullOrEmpty(credentials?.Username))
        {
            response.Dispose();
            response = await SendAsync(endpoint, path, credentials, cancellationToken).ConfigureAwait(false);
        }

        using (response)
        {
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented)
            {
                throw WharfException.NotFound($"registry {endpoint.Authority} cannot be searched: it does not implement /v1/search (status {(int)response.StatusCode})");
            }

            if (!response.IsSuccessStatusCode)
            {
                throw await RegistryError.ReadAsync(response, transport.Timeouts, cancellationToken).ConfigureAwait(false);
            }

            byte[] body = await LimitedBody.ReadAsync(response, MaxAnswer, transport.Timeouts, cancellationToken).ConfigureAwait(false);
            return Read(endpoint, body);
        }
    }

    private static IReadOnlyList<FoundImage> Read(RegistryEndpoint endpoint, byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, SearchJson.Default.SearchDocument)?.Results ?? [];
        }
        catch (JsonException malformed)
        {
            throw new WharfException(ErrorKind.Internal, $"registry {endpoint.Authority} cannot be searched: its answer is no list of images: {malformed.Message}", malformed);
        }
    }

    private Task<HttpResponseMessage> SendAsync(RegistryEndpoint endpoint, string path, RegistryCredentials? credentials, CancellationToken cancellationToken) =>
        transport.SendAsync(
            endpoint,
            endpoint.Resolve(path),
            address =>
            {
                var request = new HttpRequestMessage(HttpMethod.Get, address);
                request.Headers.Authorization = credentials is null ? null : TokenSource.BasicHeader(credentials);
                return request;
            },
            cancellationToken);
}

/// <summary>An image that a registry knows of.</summary>
public sealed record FoundImage
{
    public string Name { get; init; } = "";

    public string? Description { get; init; }

    [JsonPropertyName("star_count")]
    public int StarCount { get; init; }

    [JsonPropertyName("is_official")]
    public bool IsOfficial { get; init; }
}

internal sealed record SearchDocument(IReadOnlyList<FoundImage>? Results);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 16)]
[JsonSerializable(typeof(SearchDocument))]
internal sealed partial class SearchJson : JsonSerializerContext;
