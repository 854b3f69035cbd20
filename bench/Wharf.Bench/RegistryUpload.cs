using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Wharf.Bench;

/// <summary>Puts blobs and manifests into a registry without TLS (distribution-spec, "Pushing").</summary>
internal sealed class RegistryUpload(string address) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://{address}/"), Timeout = TimeSpan.FromMinutes(10) };

    /// <returns>Its digest.</returns>
    internal async Task<string> PutBlobAsync(string repository, Stream blob)
    {
        string digest = "sha256:" + Convert.ToHexStringLower(await SHA256.HashDataAsync(blob));
        blob.Position = 0;
        using HttpResponseMessage begun = await _http.PostAsync(new Uri($"v2/{repository}/blobs/uploads/", UriKind.Relative), content: null);
        var location = new UriBuilder(new Uri(_http.BaseAddress!, begun.EnsureSuccessStatusCode().Headers.Location!));
        location.Query = $"{location.Query.TrimStart('?')}&digest={Uri.EscapeDataString(digest)}";
        using var content = new StreamContent(blob);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        content.Headers.ContentLength = blob.Length;
        using HttpResponseMessage done = await _http.PutAsync(location.Uri, content);
        done.EnsureSuccessStatusCode();
        return digest;
    }

    internal async Task PutManifestAsync(string repository, string manifest)
    {
        using var content = new StringContent(manifest);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.oci.image.manifest.v1+json");
        using HttpResponseMessage done = await _http.PutAsync(new Uri($"v2/{repository}/manifests/latest", UriKind.Relative), content);
        done.EnsureSuccessStatusCode();
    }

    public void Dispose() => _http.Dispose();
}
