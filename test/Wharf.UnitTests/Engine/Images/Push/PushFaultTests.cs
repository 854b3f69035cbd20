using Microsoft.AspNetCore.Http;
using Wharf.Engine;
using Wharf.Engine.Images;
using Wharf.Oci;
using Wharf.UnitTests.Engine.Images.Pull;
using Xunit;

namespace Wharf.UnitTests.Engine.Images.Push;

/// <summary>Everything a registry can do wrong, at every step of a push: a clear error or a success, and nothing half-made.</summary>
public sealed class PushFaultTests : IAsyncLifetime
{
    private readonly PushRig _rig = new();
    private TestRegistry _registry = null!;
    private Image _image = null!;

    public async ValueTask InitializeAsync()
    {
        _registry = await TestRegistry.StartAsync();
        _image = _rig.Add(Reference, TestImage.Tar("small", 1000), TestImage.Tar("large", 3_000_000));
    }

    public async ValueTask DisposeAsync()
    {
        _rig.Dispose();
        await _registry.DisposeAsync();
    }

    private string Reference => $"{_registry.Host}/app:1";

    private Digest Large => _image.Layers[1].Blob!;

    private bool IsAt(string step, HttpRequest request) => (step, request.Method) switch
    {
        ("ping", "GET") => request.Path == "/v2/",
        ("look", "HEAD") => request.Path == $"/v2/app/blobs/{Large}",
        ("open", "POST") => true,
        ("send", "PUT") => request.Query["digest"] == Large.ToString(),
        ("manifest", "PUT") => request.Path == "/v2/app/manifests/1",
        _ => false,
    };

    private void At(string step, Func<HttpContext, Task> fault, int times = int.MaxValue) => _registry.Fault = async context =>
    {
        if (!IsAt(step, context.Request) || Interlocked.Decrement(ref times) < 0)
        {
            return false;
        }

        await fault(context);
        return true;
    };

    private static Task Hang(HttpContext context) =>
        Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    private async Task<WharfException> FailAsync()
    {
        WharfException failure = await _rig.FailAsync(Reference);
        Assert.Empty(_registry.Manifests);
        return failure;
    }

    private async Task SucceedAsync()
    {
        await _rig.PushAsync(Reference);
        Assert.True(_registry.Manifests.ContainsKey("app:1"));
        Assert.Equal(0, _registry.Uploads.Open);
    }

    [Theory]
    [InlineData("ping", 500, "received unexpected HTTP status: 500 Internal Server Error")]
    [InlineData("ping", 404, "received unexpected HTTP status: 404 NotFound")]
    [InlineData("look", 401, "unauthorized: authentication required")]
    [InlineData("look", 503, "received unexpected HTTP status: 503 Service Unavailable")]
    [InlineData("open", 401, "unauthorized: authentication required")]
    [InlineData("open", 403, "denied: requested access to the resource is denied")]
    [InlineData("open", 404, "received unexpected HTTP status: 404 NotFound")]
    [InlineData("open", 500, "received unexpected HTTP status: 500 Internal Server Error")]
    [InlineData("send", 403, "denied: requested access to the resource is denied")]
    [InlineData("send", 502, "received unexpected HTTP status: 502 Bad Gateway")]
    [InlineData("manifest", 401, "unauthorized: authentication required")]
    [InlineData("manifest", 413, "received unexpected HTTP status: 413 RequestEntityTooLarge")]
    [InlineData("manifest", 500, "received unexpected HTTP status: 500 Internal Server Error")]
    public async Task Any_status(string step, int status, string message)
    {
        At(step, context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        Assert.Equal(message, (await FailAsync()).Message);
    }

    [Theory]
    [InlineData("ping")]
    [InlineData("look")]
    [InlineData("open")]
    [InlineData("send")]
    [InlineData("manifest")]
    public async Task Too_many_requests_for_a_moment(string step)
    {
        At(step, context =>
        {
            context.Response.Headers.RetryAfter = "1";
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return Task.CompletedTask;
        }, times: 1);
        long before = TimeProvider.System.GetTimestamp();
        await SucceedAsync();
        Assert.True(TimeProvider.System.GetElapsedTime(before) >= TimeSpan.FromSeconds(0.9), "Retry-After was not honoured");
    }

    [Theory]
    [InlineData("ping")]
    [InlineData("look")]
    [InlineData("open")]
    [InlineData("send")]
    [InlineData("manifest")]
    public async Task Too_many_requests_for_too_long(string step)
    {
        At(step, context =>
        {
            context.Response.Headers.RetryAfter = "3600";
            return TestRegistry.RefuseAsync(context, 429, "TOOMANYREQUESTS", "slow down");
        });
        WharfException failure = await FailAsync();
        Assert.Equal(ErrorKind.Unavailable, failure.Kind);
        Assert.StartsWith("toomanyrequests: ", failure.Message);
    }

    [Theory]
    [InlineData("look")]
    [InlineData("open")]
    [InlineData("send")]
    [InlineData("manifest")]
    public async Task A_passing_failure_is_survived(string step)
    {
        At(step, context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        }, times: 2);
        await SucceedAsync();
    }

    [Theory]
    [InlineData("ping", "net/http: timeout awaiting response headers")]
    [InlineData("look", "net/http: timeout awaiting response headers")]
    [InlineData("open", "net/http: timeout awaiting response headers")]
    [InlineData("send", "net/http: timeout awaiting response headers")]
    [InlineData("manifest", "net/http: timeout awaiting response headers")]
    public async Task Silence(string step, string message)
    {
        At(step, Hang);
        Assert.EndsWith(message, (await FailAsync()).Message);
    }

    [Theory]
    [InlineData("open")]
    [InlineData("send")]
    [InlineData("manifest")]
    public async Task A_line_cut_for_good(string step)
    {
        At(step, context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        Assert.Matches("^(Post|Put) \"http://", (await FailAsync()).Message);
    }

    [Fact]
    public async Task A_line_cut_half_way_goes_on_where_it_stopped()
    {
        List<long> offsets = [];
        _registry.Uploads.CutAfter = (request, before) =>
        {
            if (!IsAt("send", request))
            {
                return null;
            }

            offsets.Add(before);
            return offsets.Count < 3 ? 1_000_000 : null;
        };
        await SucceedAsync();
        Assert.Equal([0, 1_000_000, 2_000_000], offsets);
        Assert.Equal(2, _registry.Requests.Count(request => request.StartsWith("GET /v2/app/blobs/uploads/", StringComparison.Ordinal)));
        Assert.Contains($"{_image.Layers[1].DiffId.Short}: Retrying in 1 seconds", _rig.Lines);
    }

    [Fact]
    public async Task A_registry_that_has_lost_the_session_gets_all_again()
    {
        int times = 1;
        _registry.Fault = async context =>
        {
            if (context.Request.Path.StartsWithSegments("/v2/app/blobs/uploads") && context.Request.Method == "PUT" && Interlocked.Decrement(ref times) >= 0)
            {
                await TestRegistry.RefuseAsync(context, 404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
                return true;
            }

            return false;
        };
        await SucceedAsync();
    }

    [Fact]
    public async Task Bodies_that_are_too_large_go_in_chunks()
    {
        byte[] tar = TestImage.Tar("huge", 40_000_000);
        Digest huge = _rig.Content.Write(tar);
        _rig.Replace(_image with { Layers = [_image.Layers[0], _image.Layers[1] with { Blob = huge }] });
        _registry.Uploads.LargestBody = 20_000_000;
        await SucceedAsync();
        Assert.Equal(2, _registry.Count("PATCH"));
        Assert.Equal(tar, _registry.Blobs[huge]);
    }

    [Fact]
    public async Task A_length_that_lies_is_no_blob()
    {
        At("look", context =>
        {
            context.Response.ContentLength = 5;
            return Task.CompletedTask;
        });
        await SucceedAsync();
        Assert.True(_registry.Blobs.ContainsKey(Large));
    }

    [Fact]
    public async Task A_blob_stored_as_another()
    {
        At("send", async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = StatusCodes.Status201Created;
            context.Response.Headers["Docker-Content-Digest"] = Digest.Of("x"u8).ToString();
        });
        Assert.Equal($"registry stored {Digest.Of("x"u8)} where {Large} was sent", (await _rig.FailAsync(Reference)).Message);
    }

    [Fact]
    public async Task A_blob_that_is_not_stored_at_all()
    {
        At("send", async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = StatusCodes.Status201Created;
        });
        Assert.Equal("manifest blob unknown: blob unknown to registry", (await _rig.FailAsync(Reference)).Message);
    }

    [Fact]
    public async Task A_digest_that_is_refused()
    {
        At("send", context => TestRegistry.RefuseAsync(context, 400, "DIGEST_INVALID", "provided digest did not match uploaded content"));
        Assert.Equal("digest invalid: provided digest did not match uploaded content", (await FailAsync()).Message);
    }

    [Fact]
    public async Task A_manifest_stored_as_another()
    {
        At("manifest", context =>
        {
            context.Response.StatusCode = StatusCodes.Status201Created;
            context.Response.Headers["Docker-Content-Digest"] = Digest.Of("x"u8).ToString();
            return Task.CompletedTask;
        });
        Assert.StartsWith($"registry stored manifest {Digest.Of("x"u8)} where ", (await FailAsync()).Message);
    }

    [Fact]
    public async Task An_upload_that_leads_nowhere()
    {
        At("open", context =>
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return Task.CompletedTask;
        });
        Assert.Contains("without saying where (no Location header)", (await FailAsync()).Message);
    }
}
