using Microsoft.AspNetCore.Http;
using Wharf.Engine;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;
using Xunit;

namespace Wharf.UnitTests.Engine.Images.Pull;

/// <summary>Everything a registry can do wrong, at every step of a pull: a clear error, and nothing half-made.</summary>
public sealed class RegistryFaultTests : IAsyncLifetime
{
    private readonly PullRig _rig = new();
    private TestRegistry _registry = null!;
    private TestImage _image = null!;

    public async ValueTask InitializeAsync()
    {
        _registry = await TestRegistry.StartAsync();
        _image = TestImage.Push(_registry, "app", "1", [TestImage.Tar("small", 1000), TestImage.Tar("large", 3_000_000)]);
    }

    public async ValueTask DisposeAsync()
    {
        _rig.Dispose();
        await _registry.DisposeAsync();
    }

    private string Reference => $"{_registry.Host}/app:1";

    private string PathOf(string step) => step switch
    {
        "ping" => "/v2/",
        "manifest" => "/v2/app/manifests/1",
        "config" => $"/v2/app/blobs/{_image.ConfigDigest}",
        "layer" => $"/v2/app/blobs/{_image.LayerDigests[1]}",
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    private void At(string step, Func<HttpContext, Task> fault, int times = int.MaxValue)
    {
        string path = PathOf(step);
        _registry.Fault = async context =>
        {
            if (context.Request.Path != path || Interlocked.Decrement(ref times) < 0)
            {
                return false;
            }

            await fault(context);
            return true;
        };
    }

    [Fact]
    public async Task Unknown_manifest()
    {
        WharfException failure = await _rig.FailAsync($"{_registry.Host}/app:none");
        Assert.Equal((ErrorKind.NotFound, $"manifest for {_registry.Host}/app:none not found: manifest unknown: manifest unknown"), (failure.Kind, failure.Message));
    }

    [Fact]
    public async Task Access_denied()
    {
        At("manifest", context => TestRegistry.RefuseAsync(context, 403, "DENIED", "requested access to the resource is denied"));
        WharfException failure = await _rig.FailAsync(Reference);
        Assert.Equal(ErrorKind.NotFound, failure.Kind);
        Assert.Equal(
            $"pull access denied for {_registry.Host}/app, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
            failure.Message);
    }

    [Fact]
    public async Task Unknown_repository()
    {
        At("manifest", context => TestRegistry.RefuseAsync(context, 404, "NAME_UNKNOWN", "repository name not known to registry"));
        Assert.Equal(
            $"repository {_registry.Host}/app not found: name unknown: repository name not known to registry",
            (await _rig.FailAsync(Reference)).Message);
    }

    [Fact]
    public async Task Too_many_requests_for_too_long()
    {
        At("manifest", context =>
        {
            context.Response.Headers.RetryAfter = "3600";
            return TestRegistry.RefuseAsync(context, 429, "TOOMANYREQUESTS", "You have reached your pull rate limit");
        });
        WharfException failure = await _rig.FailAsync(Reference);
        Assert.Equal((ErrorKind.Unavailable, "toomanyrequests: You have reached your pull rate limit"), (failure.Kind, failure.Message));
        Assert.Equal(1, _registry.Count("manifests"));
    }

    [Theory]
    [InlineData("manifest")]
    [InlineData("config")]
    [InlineData("layer")]
    public async Task Too_many_requests_for_a_moment(string step)
    {
        At(step, context =>
        {
            context.Response.Headers.RetryAfter = "1";
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return Task.CompletedTask;
        }, times: 1);
        long before = TimeProvider.System.GetTimestamp();
        await _rig.PullAsync(Reference);
        Assert.True(TimeProvider.System.GetElapsedTime(before) >= TimeSpan.FromSeconds(0.9), "Retry-After was not honoured");
    }

    [Theory]
    [InlineData("ping", 500, "received unexpected HTTP status: 500 Internal Server Error")]
    [InlineData("manifest", 500, "received unexpected HTTP status: 500 Internal Server Error")]
    [InlineData("config", 503, "received unexpected HTTP status: 503 Service Unavailable")]
    [InlineData("layer", 502, "received unexpected HTTP status: 502 Bad Gateway")]
    [InlineData("layer", 404, "received unexpected HTTP status: 404 NotFound")]
    [InlineData("manifest", 401, "unauthorized: authentication required")]
    [InlineData("layer", 418, "received unexpected HTTP status: 418 418")]
    public async Task Any_status(string step, int status, string message)
    {
        At(step, context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        Assert.Equal(message, (await _rig.FailAsync(Reference)).Message);
    }

    [Theory]
    [InlineData("manifest")]
    [InlineData("config")]
    [InlineData("layer")]
    public async Task A_passing_failure_is_survived(string step)
    {
        At(step, context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        }, times: 2);
        await _rig.PullAsync(Reference);
        Assert.Single(_rig.Images);
    }

    [Theory]
    [InlineData("ping")]
    [InlineData("manifest")]
    [InlineData("config")]
    [InlineData("layer")]
    public async Task Silence_before_the_headers(string step)
    {
        At(step, context => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));
        Assert.EndsWith("net/http: timeout awaiting response headers", (await _rig.FailAsync(Reference)).Message);
    }

    [Theory]
    [InlineData("manifest")]
    [InlineData("config")]
    [InlineData("layer")]
    public async Task Silence_within_the_body(string step)
    {
        At(step, async context =>
        {
            context.Response.ContentType = MediaTypes.OciManifest;
            await context.Response.Body.WriteAsync("{"u8.ToArray());
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        Assert.EndsWith("no data for 0.4 seconds", (await _rig.FailAsync(Reference)).Message);
    }

    [Theory]
    [InlineData("manifest")]
    [InlineData("config")]
    [InlineData("layer")]
    public async Task A_line_cut_for_good(string step)
    {
        At(step, CutAsync);
        Assert.EndsWith("unexpected EOF", (await _rig.FailAsync(Reference)).Message);
    }

    [Fact]
    public async Task A_line_cut_half_way_goes_on_where_it_stopped()
    {
        byte[] layer = _registry.Blobs[_image.LayerDigests[1]];
        At("layer", async context =>
        {
            context.Response.ContentLength = layer.Length;
            await context.Response.Body.WriteAsync(layer.AsMemory(0, 1_000_000));
            await context.Response.Body.FlushAsync();
            await Task.Delay(100);
            context.Abort();
        }, times: 1);
        await _rig.PullAsync(Reference);
        Assert.Contains(_registry.Requests, request => request.EndsWith("bytes=1000000-", StringComparison.Ordinal));
        Assert.Contains($"{_image.LayerDigests[1].Short}: Retrying in 1 seconds", _rig.Lines);
    }

    [Fact]
    public async Task A_registry_without_ranges_starts_over_and_nothing_is_taken_twice()
    {
        byte[] layer = _registry.Blobs[_image.LayerDigests[1]];
        int calls = 0;
        At("layer", async context =>
        {
            context.Response.ContentLength = layer.Length;
            if (calls++ == 0)
            {
                await context.Response.Body.WriteAsync(layer.AsMemory(0, 1_234_567));
                await context.Response.Body.FlushAsync();
                await Task.Delay(100);
                context.Abort();
                return;
            }

            await context.Response.Body.WriteAsync(layer);
        });
        await _rig.PullAsync(Reference);
        Assert.Equal(2, calls);
        Assert.Equal(layer.Length, _rig.Content.SizeOf(_image.LayerDigests[1]));
    }

    [Theory]
    [InlineData("config", "content verification failed for digest")]
    [InlineData("layer", "filesystem layer verification failed for digest")]
    public async Task Other_bytes_than_the_digest_says(string step, string message)
    {
        Digest digest = step == "config" ? _image.ConfigDigest : _image.LayerDigests[1];
        byte[] tampered = [.. _registry.Blobs[digest]];
        tampered[^1] ^= 1;
        At(step, async context => await context.Response.Body.WriteAsync(tampered));
        Assert.StartsWith(message, (await _rig.FailAsync(Reference)).Message);
        Assert.DoesNotContain(_image.DiffIds[1], step == "layer" ? _rig.Layers : []);
    }

    [Fact]
    public async Task Another_length_than_the_manifest_says()
    {
        byte[] longer = [.. _registry.Blobs[_image.LayerDigests[1]], 0];
        At("layer", async context =>
        {
            context.Response.ContentLength = longer.Length;
            await context.Response.Body.WriteAsync(longer);
        });
        Assert.Contains("where the manifest says", (await _rig.FailAsync(Reference)).Message);
    }

    [Fact]
    public async Task A_layer_that_is_not_what_the_config_says()
    {
        _image = TestImage.Push(_registry, "app", "1", [TestImage.Tar("x", 10)], _ => TestImage.Gzip(TestImage.Tar("y", 10)));
        Assert.Contains("don't match image configuration", (await _rig.FailAsync(Reference)).Message);
    }

    [Fact]
    public async Task A_layer_that_does_not_inflate()
    {
        byte[] broken = [0x1f, 0x8b, .. new byte[100]];
        _image = TestImage.Push(_registry, "app", "1", [TestImage.Tar("x", 10)], _ => broken);
        Assert.Contains("cannot be decompressed", (await _rig.FailAsync(Reference)).Message);
    }

    [Fact]
    public async Task A_digest_header_that_lies()
    {
        At("manifest", async context =>
        {
            context.Response.Headers["Docker-Content-Digest"] = Digest.Of("x"u8).ToString();
            context.Response.ContentType = MediaTypes.OciManifest;
            await context.Response.Body.WriteAsync(_registry.Manifests["app:1"].Content);
        });
        Assert.StartsWith("manifest verification failed", (await _rig.FailAsync(Reference)).Message);
    }

    [Theory]
    [InlineData("<html>hello</html>", "text/html", "is not valid")]
    [InlineData("{}", MediaTypes.OciManifest, "is not valid")]
    [InlineData("{\"schemaVersion\":1,\"fsLayers\":[]}", MediaTypes.DockerSchema1, "schema 1 support has been removed")]
    [InlineData("{\"schemaVersion\":2}", "application/json", "unsupported manifest media type")]
    public async Task A_manifest_that_is_not_one(string content, string mediaType, string message)
    {
        At("manifest", async context =>
        {
            context.Response.ContentType = mediaType;
            await context.Response.WriteAsync(content);
        });
        WharfException failure = await _rig.FailAsync(Reference);
        Assert.Equal(ErrorKind.InvalidArgument, failure.Kind);
        Assert.Contains(message, failure.Message);
    }

    [Fact]
    public async Task A_manifest_without_end()
    {
        At("manifest", async context =>
        {
            context.Response.ContentType = MediaTypes.OciManifest;
            byte[] much = new byte[1 << 20];
            for (int i = 0; i < 64 && !context.RequestAborted.IsCancellationRequested; i++)
            {
                await context.Response.Body.WriteAsync(much);
            }
        });
        Assert.Contains("larger than the limit", (await _rig.FailAsync(Reference)).Message);
    }

    [Fact]
    public async Task A_redirect_without_end()
    {
        At("layer", context =>
        {
            context.Response.Redirect(context.Request.Path);
            return Task.CompletedTask;
        });
        Assert.EndsWith("stopped after 10 redirects", (await _rig.FailAsync(Reference)).Message);
    }

    [Fact]
    public async Task Nobody_there()
    {
        Assert.Matches(
            "^Get \"http://127.0.0.1:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused$",
            (await _rig.FailAsync("127.0.0.1:1/app")).Message);
        Assert.Matches(
            "^Get \"https://registry.invalid/v2/\": dial tcp: lookup registry.invalid: ",
            (await _rig.FailAsync("registry.invalid/app")).Message);
    }

    private static async Task CutAsync(HttpContext context)
    {
        context.Response.ContentType = MediaTypes.OciManifest;
        await context.Response.Body.WriteAsync("{"u8.ToArray());
        await context.Response.Body.FlushAsync();
        await Task.Delay(20);
        context.Abort();
    }
}
