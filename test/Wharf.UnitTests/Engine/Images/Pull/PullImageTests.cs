using Microsoft.AspNetCore.Http;
using Wharf.Engine;
using Wharf.Engine.Images;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;
using Xunit;

namespace Wharf.UnitTests.Engine.Images.Pull;

public sealed class PullImageTests : IAsyncLifetime
{
    private readonly PullRig _rig = new();
    private TestRegistry _registry = null!;

    public async ValueTask InitializeAsync() => _registry = await TestRegistry.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _rig.Dispose();
        await _registry.DisposeAsync();
    }

    private string Name(string rest) => $"{_registry.Host}/{rest}";

    [Fact]
    public async Task Pulls_and_tells_it_in_dockers_words()
    {
        TestImage image = TestImage.Push(_registry, "team/app", "1", [TestImage.Tar("a", 300_000), TestImage.Tar("b", 10)]);
        await _rig.PullAsync(Name("team/app:1"));

        NewImage entered = _rig.Images[Name("team/app:1")];
        Assert.Equal(image.ConfigDigest, entered.Id);
        Assert.Equal(image.ManifestDigest, entered.Manifest);
        Assert.Equal(image.ManifestDigest, entered.RepositoryDigest);
        Assert.Equal(image.DiffIds, entered.Layers.Select(layer => layer.DiffId));
        Assert.All(image.LayerDigests, layer => Assert.True(_rig.Content.Contains(layer)));

        string[] lines = _rig.Lines;
        string layerId = image.LayerDigests[0].Short;
        Assert.Equal("1: Pulling from team/app", lines[0]);
        Assert.Equal(
            ["Pulling fs layer", "Downloading", "Verifying Checksum", "Download complete", "Extracting", "Pull complete"],
            _rig.Progress.Where(line => line.Id == layerId).Select(line => line.Status).Distinct());
        Assert.Equal([$"Digest: {image.ManifestDigest}", $"Status: Downloaded newer image for {Name("team/app:1")}"], lines[^2..]);
    }

    [Fact]
    public async Task Fetches_nothing_that_is_there()
    {
        TestImage.Push(_registry, "app", "1", [TestImage.Tar("a", 1000), TestImage.Tar("b", 1000)]);
        TestImage second = TestImage.Push(_registry, "app", "2", [TestImage.Tar("a", 1000), TestImage.Tar("c", 1000)]);
        await _rig.PullAsync(Name("app:1"));
        await _rig.PullAsync(Name("app:2"));
        Assert.Contains($"{second.LayerDigests[0].Short}: Already exists", _rig.Lines);
        Assert.Equal(1, _registry.Count(second.LayerDigests[0].Hex));

        int before = _registry.Count("GET");
        await _rig.PullAsync(Name("app:2"));
        Assert.Equal($"Status: Image is up to date for {Name("app:2")}", _rig.Lines[^1]);
        Assert.Equal(1, _registry.Count("HEAD"));
        Assert.Equal(before + _registry.Count("GET /v2/ ") + 1, _registry.Count("GET"));
    }

    [Fact]
    public async Task Takes_every_compression_and_an_empty_layer_twice()
    {
        byte[] empty = new byte[1024];
        TestImage.Push(_registry, "app", "gzip", [TestImage.Tar("a", 200_000), empty, empty]);
        TestImage.Push(_registry, "app", "zstd", [TestImage.Tar("b", 200_000)], TestImage.Zstd);
        TestImage.Push(_registry, "app", "none", [TestImage.Tar("c", 200_000)], tar => tar);
        await _rig.PullAsync(Name("app"), allTags: true);
        Assert.Equal([Name("app:gzip"), Name("app:none"), Name("app:zstd")], _rig.Images.Keys.Order());
    }

    [Fact]
    public async Task Takes_its_platform_out_of_an_index()
    {
        TestImage amd = TestImage.Push(_registry, "app", null, [TestImage.Tar("amd", 10)]);
        TestImage arm = TestImage.Push(_registry, "app", null, [TestImage.Tar("arm", 10)], architecture: "arm64");
        Digest index = TestImage.PushIndex(_registry, "app", "latest", (amd, new Platform("linux", "amd64")), (arm, new Platform("linux", "arm64", "v8")));
        await _rig.PullAsync(Name("app"), platform: "linux/arm64");
        NewImage entered = _rig.Images[Name("app:latest")];
        Assert.Equal(arm.ConfigDigest, entered.Id);
        Assert.Equal(arm.ManifestDigest, entered.Manifest);
        Assert.Equal(index, entered.RepositoryDigest);
    }

    [Fact]
    public async Task Says_when_there_is_none_for_the_platform()
    {
        TestImage amd = TestImage.Push(_registry, "app", null, [TestImage.Tar("amd", 10)]);
        TestImage.PushIndex(_registry, "app", "latest", (amd, new Platform("linux", "amd64")));
        WharfException failure = await _rig.FailAsync(Name("app"), platform: "linux/s390x");
        Assert.Equal((ErrorKind.NotFound, "no matching manifest for linux/s390x in the manifest list entries"), (failure.Kind, failure.Message));
    }

    [Fact]
    public async Task Warns_of_an_image_for_another_platform()
    {
        TestImage.Push(_registry, "app", "latest", [TestImage.Tar("a", 10)]);
        await _rig.PullAsync(Name("app"), platform: "linux/arm64");
        Assert.Contains(_rig.Lines, line => line.StartsWith("WARNING: image with reference", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pulls_by_digest_and_holds_the_registry_to_it()
    {
        TestImage image = TestImage.Push(_registry, "app", null, [TestImage.Tar("a", 10)]);
        string reference = Name($"app@{image.ManifestDigest}");
        await _rig.PullAsync(reference);
        Assert.Equal(image.ConfigDigest, _rig.Images[reference].Id);
        Assert.Equal($"{image.ManifestDigest}: Pulling from app", _rig.Lines[0]);

        Digest other = Digest.Of("other"u8);
        _registry.Manifests[$"app:{other}"] = _registry.Manifests[$"app:{image.ManifestDigest}"];
        using var rig = new PullRig();
        Assert.Equal($"manifest verification failed for digest {other}", (await rig.FailAsync(Name($"app@{other}"))).Message);
    }

    [Fact]
    public async Task Two_pulls_of_one_layer_share_one_download()
    {
        TestImage image = TestImage.Push(_registry, "app", "1", [TestImage.Tar("a", 1_000_000)]);
        TestImage.Push(_registry, "other", "1", [TestImage.Tar("a", 1_000_000)]);
        var gate = new TaskCompletionSource();
        _registry.Fault = async context =>
        {
            if (context.Request.Path.Value!.Contains(image.LayerDigests[0].Hex, StringComparison.Ordinal))
            {
                await gate.Task;
            }

            return false;
        };
        Task first = _rig.PullAsync(Name("app:1"));
        Task second = _rig.PullAsync(Name("other:1"));
        while (_rig.Lines.Count(line => line.EndsWith("Pulling fs layer", StringComparison.Ordinal)) < 2 || _registry.Count(image.LayerDigests[0].Hex) == 0)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        gate.SetResult();
        await Task.WhenAll(first, second);
        Assert.Equal(1, _registry.Count(image.LayerDigests[0].Hex));
        Assert.Equal(2, _rig.Images.Count);
    }

    [Fact]
    public async Task A_cancelled_pull_leaves_nothing_and_does_not_take_others_along()
    {
        TestImage image = TestImage.Push(_registry, "app", "1", [TestImage.Tar("a", 1_000_000)]);
        using var stop = new CancellationTokenSource();
        var gate = new TaskCompletionSource();
        _registry.Fault = async context =>
        {
            if (context.Request.Path.Value!.Contains(image.LayerDigests[0].Hex, StringComparison.Ordinal))
            {
                await stop.CancelAsync();
                await gate.Task;
            }

            return false;
        };
        Task cancelled = _rig.PullAsync(Name("app:1"), cancellationToken: stop.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        _rig.AssertNothingIsHalfMade();
        gate.SetResult();
        _registry.Fault = null;
        await _rig.PullAsync(Name("app:1"));
        Assert.Single(_rig.Images);
    }

    [Fact]
    public async Task Tags_do_not_go_with_all_tags() =>
        Assert.Equal("tag can't be used with --all-tags/-a", (await Assert.ThrowsAsync<WharfException>(() => _rig.PullAsync(Name("app:1"), allTags: true))).Message);

    [Fact]
    public async Task A_mirror_is_asked_first_and_may_fail()
    {
        TestImage.Push(_registry, "library/app", "latest", [TestImage.Tar("a", 10)]);
        using var rig = new PullRig(new EngineOptions { RegistryMirrors = ["http://127.0.0.1:1", $"http://{_registry.Host}/"] });
        await rig.PullAsync("app");
        Assert.Equal("docker.io/library/app:latest", Assert.Single(rig.Images).Key);
        Assert.DoesNotContain(_registry.Requests, request => request.Contains("token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Follows_redirects_without_taking_credentials_along()
    {
        await using TestRegistry storage = await TestRegistry.StartAsync();
        TestImage image = TestImage.Push(_registry, "app", "1", [TestImage.Tar("a", 100_000)]);
        storage.Blobs[image.LayerDigests[0]] = _registry.Blobs[image.LayerDigests[0]];
        string? leaked = null;
        storage.Fault = context =>
        {
            leaked = context.Request.Headers.Authorization;
            return Task.FromResult(false);
        };
        _registry.Fault = context =>
        {
            string path = context.Request.Path.Value!;
            if (string.IsNullOrEmpty(context.Request.Headers.Authorization))
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"x\"";
                return Task.FromResult(true);
            }

            bool redirect = path.Contains(image.LayerDigests[0].Hex, StringComparison.Ordinal);
            if (redirect)
            {
                context.Response.Redirect($"http://{storage.Host}{path}");
            }

            return Task.FromResult(redirect);
        };
        await _rig.PullAsync(Name("app:1"), new() { Username = "u", Password = "p" });
        Assert.Equal(1, storage.Count(image.LayerDigests[0].Hex));
        Assert.True(string.IsNullOrEmpty(leaked), leaked);
    }
}
