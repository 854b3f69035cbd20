using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.UnitTests.Engine.Images.Pull;

/// <summary>A registry in this process that does as it is told: serves what was put in it, and misbehaves where a test asks it to.</summary>
internal sealed class TestRegistry : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestRegistry(WebApplication app)
    {
        _app = app;
        Uploads = new TestUploads(this);
    }

    /// <summary>What is on its way into it.</summary>
    internal TestUploads Uploads { get; }

    internal ConcurrentDictionary<Digest, byte[]> Blobs { get; } = new();

    /// <summary>By <c>name:reference</c>, tag or digest.</summary>
    internal ConcurrentDictionary<string, (byte[] Content, string MediaType)> Manifests { get; } = new();

    /// <summary>Method, path and range of every request, in order.</summary>
    internal ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Called before a request is served; true when it has dealt with the request itself.</summary>
    internal Func<HttpContext, Task<bool>>? Fault { get; set; }

    internal string Host { get; private set; } = "";

    /// <param name="certificate">Makes it speak TLS.</param>
    internal static async Task<TestRegistry> StartAsync(
        X509Certificate2? certificate = null, ClientCertificateMode clients = ClientCertificateMode.NoCertificate)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = certificate;
                    https.ClientCertificateMode = clients;
                    https.AllowAnyClientCertificate();
                });
            }
        }));
        WebApplication app = builder.Build();
        var registry = new TestRegistry(app);
        app.Run(registry.ServeAsync);
        await app.StartAsync();
        registry.Host = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Authority;
        return registry;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    internal Digest AddBlob(byte[] content)
    {
        Digest digest = Digest.Of(content);
        Blobs[digest] = content;
        return digest;
    }

    internal Digest AddManifest(string name, string? tag, byte[] content, string mediaType)
    {
        Digest digest = Digest.Of(content);
        Manifests[$"{name}:{digest}"] = (content, mediaType);
        if (tag is not null)
        {
            Manifests[$"{name}:{tag}"] = (content, mediaType);
        }

        return digest;
    }

    internal int Count(string part) => Requests.Count(request => request.Contains(part, StringComparison.Ordinal));

    internal static async Task RefuseAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsync($$"""{"errors":[{"code":"{{code}}","message":"{{message}}"}]}""");
    }

    private async Task ServeAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!;
        Requests.Enqueue($"{context.Request.Method} {path} {context.Request.Headers.Range}".TrimEnd());
        if (Fault is { } fault && await fault(context))
        {
            return;
        }

        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        switch (parts)
        {
            case ["v2"]:
                return;
            case ["v2", .. var name, "manifests", var reference] when HttpMethods.IsPut(context.Request.Method):
                await TakeManifestAsync(context, string.Join('/', name), reference);
                return;
            case ["v2", .. var name, "manifests", var reference]:
                await ServeManifestAsync(context, string.Join('/', name), reference);
                return;
            case ["v2", .. var name, "blobs", "uploads"]:
                await Uploads.BeginAsync(context, string.Join('/', name));
                return;
            case ["v2", .. var name, "blobs", "uploads", var id]:
                await Uploads.ContinueAsync(context, string.Join('/', name), id);
                return;
            case ["v2", .. var name, "blobs", var digest] when HttpMethods.IsHead(context.Request.Method) && !Uploads.Has(string.Join('/', name), Digest.Parse(digest)):
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            case ["v2", .., "blobs", var digest] when Blobs.TryGetValue(Digest.Parse(digest), out byte[]? content):
                await ServeBlobAsync(context, content);
                return;
            case ["v2", .. var name, "tags", "list"]:
                await ServeTagsAsync(context, string.Join('/', name));
                return;
            default:
                await RefuseAsync(context, StatusCodes.Status404NotFound, "BLOB_UNKNOWN", "blob unknown to registry");
                return;
        }
    }

    private async Task ServeManifestAsync(HttpContext context, string name, string reference)
    {
        if (!Manifests.TryGetValue($"{name}:{reference}", out (byte[] Content, string MediaType) manifest))
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, "MANIFEST_UNKNOWN", "manifest unknown");
            return;
        }

        context.Response.ContentType = manifest.MediaType;
        context.Response.ContentLength = manifest.Content.Length;
        context.Response.Headers["Docker-Content-Digest"] = Digest.Of(manifest.Content).ToString();
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(manifest.Content);
        }
    }

    /// <summary>Takes a manifest whose blobs are all in the repository.</summary>
    private async Task TakeManifestAsync(HttpContext context, string name, string reference)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Manifest manifest = ImageDocuments.ReadManifest(body.ToArray());
        if (manifest.Layers.Append(manifest.Config).FirstOrDefault(blob => blob.Urls is null && !Uploads.Has(name, blob.Digest)) is not null)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry");
            return;
        }

        context.Response.Headers["Docker-Content-Digest"] = AddManifest(name, reference, body.ToArray(), context.Request.ContentType!).ToString();
        context.Response.StatusCode = StatusCodes.Status201Created;
    }

    private static async Task ServeBlobAsync(HttpContext context, byte[] content)
    {
        int start = 0;
        if (context.Request.GetTypedHeaders().Range?.Ranges.SingleOrDefault()?.From is { } from)
        {
            start = (int)from;
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = $"bytes {start}-{content.Length - 1}/{content.Length}";
        }

        context.Response.ContentLength = content.Length - start;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(content.AsMemory(start));
        }
    }

    /// <summary>One tag a page, so that paging is always used.</summary>
    private async Task ServeTagsAsync(HttpContext context, string name)
    {
        string[] tags = [.. Manifests.Keys.Where(key => key.StartsWith(name + ":", StringComparison.Ordinal) && !key.Contains("sha256", StringComparison.Ordinal))
            .Select(key => key[(name.Length + 1)..]).Order(StringComparer.Ordinal)];
        int at = int.Parse(context.Request.Query["at"].FirstOrDefault() ?? "0", CultureInfo.InvariantCulture);
        if (at + 1 < tags.Length)
        {
            context.Response.Headers.Link = $"</v2/{name}/tags/list?at={at + 1}>; rel=\"next\"";
        }

        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($$"""{"name":"{{name}}","tags":["{{tags[at]}}"]}"""));
    }
}
