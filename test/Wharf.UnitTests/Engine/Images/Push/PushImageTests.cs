using System.Text;
using Wharf.Engine;
using Wharf.Engine.Images;
using Wharf.Engine.Images.Pull;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;
using Wharf.UnitTests.Engine.Images.Pull;
using Xunit;

namespace Wharf.UnitTests.Engine.Images.Push;

public sealed class PushImageTests : IAsyncLifetime
{
    private readonly PushRig _rig = new();
    private TestRegistry _registry = null!;

    public async ValueTask InitializeAsync() => _registry = await TestRegistry.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _rig.Dispose();
        await _registry.DisposeAsync();
    }

    private string Name(string rest) => $"{_registry.Host}/{rest}";

    [Fact]
    public async Task Pushes_and_tells_it_in_dockers_words()
    {
        Image image = _rig.Add(Name("team/app:1"), TestImage.Tar("a", 3_000_000), TestImage.Tar("b", 10));
        await _rig.PushAsync(Name("team/app:1"));

        (byte[] content, string mediaType) = _registry.Manifests["team/app:1"];
        Assert.Equal(MediaTypes.OciManifest, mediaType);
        Manifest manifest = ImageDocuments.ReadManifest(content);
        Assert.Equal(image.Id, manifest.Config.Digest);
        Assert.Equal(image.Layers.Select(layer => layer.Blob), manifest.Layers.Select(layer => layer.Digest));
        Assert.All(manifest.Layers, layer => Assert.Equal(layer.Size, _registry.Blobs[layer.Digest].Length));
        Assert.Equal(0, _registry.Uploads.Open);

        string[] lines = _rig.Lines;
        Assert.Equal($"The push refers to repository [{Name("team/app")}]", lines[0]);
        Assert.Equal([$"{image.Layers[1].DiffId.Short}: Preparing", $"{image.Layers[0].DiffId.Short}: Preparing"], lines[1..3]);
        Assert.Equal(
            ["Preparing", "Pushing", "Pushed"],
            _rig.Progress.Where(line => line.Id == image.Layers[0].DiffId.Short).Select(line => line.Status).Distinct());
        Assert.Equal($"1: digest: {Digest.Of(content)} size: {content.Length}", lines[^1]);
        Assert.Equal(new PushedTag("1", Digest.Of(content), content.Length), _rig.Progress.Last().Pushed);
        Assert.Contains(ImageReference.Parse(Name($"team/app@{Digest.Of(content)}")), _rig.All.Single().RepositoryDigests);
    }

    [Fact]
    public async Task Sends_nothing_that_is_there()
    {
        Image image = _rig.Add(Name("app:1"), TestImage.Tar("a", 1000), TestImage.Tar("b", 1000));
        await _rig.PushAsync(Name("app:1"));
        int sent = _registry.Count("PUT") + _registry.Count("POST");
        await _rig.PushAsync(Name("app:1"));
        Assert.Equal(sent, _registry.Count("PUT") + _registry.Count("POST"));
        Assert.Contains($"{image.Layers[0].DiffId.Short}: Layer already exists", _rig.Lines);
        Assert.Equal(2, _rig.Progress.Count(line => line.Pushed is not null));
    }

    [Fact]
    public async Task A_blob_that_the_registry_has_lost_comes_with_another_tag()
    {
        Image image = _rig.Add(Name("app:1"), TestImage.Tar("a", 1000), TestImage.Tar("b", 1000));
        await _rig.PushAsync(Name("app:1"));
        _registry.Blobs.Remove(image.Layers[0].Blob!, out _);
        _registry.Uploads.Unlink("app", image.Layers[0].Blob!);
        Image known = _rig.All.Single();
        _rig.Replace(known with { References = [.. known.References, ImageReference.Parse(Name("app:2"))] });
        await _rig.PushAsync(Name("app:2"));
        Assert.True(_registry.Blobs.ContainsKey(image.Layers[0].Blob!));
    }

    [Fact]
    public async Task Sends_the_very_manifest_that_came()
    {
        Image image = _rig.Add(Name("copy:1"), TestImage.Tar("a", 1000));
        byte[] layer = _rig.Content.ReadAll(image.Layers[0].Blob!, int.MaxValue);
        // Nobody would write it so; but it is what its digest says.
        byte[] odd = Encoding.UTF8.GetBytes($$"""
            { "schemaVersion" : 2, "mediaType":"{{MediaTypes.DockerManifest}}",
              "config":{"mediaType":"{{MediaTypes.DockerConfig}}","digest":"{{image.Id}}","size":{{_rig.Content.SizeOf(image.Id)}}},
              "layers":[{"mediaType":"{{MediaTypes.DockerLayerGzip}}","digest":"{{image.Layers[0].Blob}}","size":{{layer.Length}}}]   }
            """);
        _rig.Replace(image with { Manifest = _rig.Content.Write(odd) });
        await _rig.PushAsync(Name("copy:1"));
        Assert.Equal(odd, _registry.Manifests["copy:1"].Content);
        Assert.Equal(MediaTypes.DockerManifest, _registry.Manifests["copy:1"].MediaType);
    }

    [Fact]
    public async Task Mounts_what_another_repository_has()
    {
        Image image = _rig.Add(Name("team/app:1"), TestImage.Tar("a", 1000));
        await _rig.PushAsync(Name("team/app:1"));
        Image known = _rig.All.Single();
        _rig.Replace(known with { References = [.. known.References, ImageReference.Parse(Name("team/copy:1"))] });
        int bodies = _registry.Count("PUT /v2/team/copy/blobs");
        await _rig.PushAsync(Name("team/copy:1"));
        Assert.Contains($"{image.Layers[0].DiffId.Short}: Mounted from team/app", _rig.Lines);
        Assert.Equal(bodies, _registry.Count("PUT /v2/team/copy/blobs"));
    }

    [Fact]
    public async Task Sends_it_when_the_mount_comes_to_nothing()
    {
        Image image = _rig.Add(Name("app:1"), TestImage.Tar("a", 1000));
        Digest elsewhere = Digest.Of("gone"u8);
        _rig.Replace(image with { References = [.. image.References, .. new[] { "gone", "lost" }.Select(path => ImageReference.Parse(Name($"{path}@{elsewhere}")))] });
        await _rig.PushAsync(Name("app:1"));
        Assert.Contains($"{image.Layers[0].DiffId.Short}: Pushed", _rig.Lines);
        Assert.Equal(0, _registry.Uploads.Open);
    }

    [Fact]
    public async Task Layers_whose_bytes_only_the_registry_has()
    {
        // As after a pull of an image whose lower layer was here before, from a tar: that layer's blob was never fetched.
        Image image = _rig.Add(Name("app:1"), TestImage.Tar("a", 1000), TestImage.Tar("b", 1000));
        await _rig.PushAsync(Name("app:1"));
        byte[] manifest = _registry.Manifests["app:1"].Content;
        Image pushed = _rig.All.Single() with { Manifest = _rig.Content.Write(manifest) };
        _rig.Content.Delete(image.Layers[0].Blob!);
        Digest other = _rig.Content.Write(TestImage.Zstd(TestImage.Tar("a", 1000)));
        _rig.Replace(pushed with
        {
            Layers = [image.Layers[0] with { Blob = other }, image.Layers[1]],
            References = [.. pushed.References, ImageReference.Parse(Name("copy:1"))],
        });
        await _rig.PushAsync(Name("copy:1"));
        Assert.Equal(manifest, _registry.Manifests["copy:1"].Content);

        // A registry that never saw the image gets a manifest of the bytes that are here.
        await using TestRegistry stranger = await TestRegistry.StartAsync();
        _rig.Replace(_rig.All.Single() with { References = [ImageReference.Parse($"{stranger.Host}/app:1")] });
        await _rig.PushAsync($"{stranger.Host}/app:1");
        Assert.Equal(
            [other, image.Layers[1].Blob!],
            ImageDocuments.ReadManifest(stranger.Manifests["app:1"].Content).Layers.Select(layer => layer.Digest));
    }

    [Fact]
    public async Task Layers_without_an_archive_get_one()
    {
        Image image = _rig.Add(Name("app:1"), TestImage.Tar("a", 1000), TestImage.Tar("b", 1000));
        _rig.Content.Delete(image.Layers[1].Blob!);
        _rig.Replace(image with { Layers = [image.Layers[0], image.Layers[1] with { Blob = null }] });
        await _rig.PushAsync(Name("app:1"));
        Assert.Equal([image.Layers[1].DiffId], _rig.Packed);
        Assert.Equal(image.Layers[1].Blob, ImageDocuments.ReadManifest(_registry.Manifests["app:1"].Content).Layers[1].Digest);
    }

    [Fact]
    public async Task Foreign_layers_stay_where_they_are()
    {
        Image image = _rig.Add(Name("app:1"), TestImage.Tar("a", 1000));
        byte[] manifest = Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}",
            "config":{"mediaType":"{{MediaTypes.OciConfig}}","digest":"{{image.Id}}","size":{{_rig.Content.SizeOf(image.Id)}}},
            "layers":[{"mediaType":"{{MediaTypes.OciLayerGzip}}","digest":"{{image.Layers[0].Blob}}","size":9,"urls":["https://example.org/layer"]}]}
            """);
        _rig.Replace(image with { Manifest = _rig.Content.Write(manifest) });
        await _rig.PushAsync(Name("app:1"));
        Assert.Contains($"{image.Layers[0].DiffId.Short}: Skipped foreign layer", _rig.Lines);
        Assert.False(_registry.Blobs.ContainsKey(image.Layers[0].Blob!));
    }

    [Fact]
    public async Task All_tags_of_a_repository()
    {
        Image image = _rig.Add(Name("app:1"), TestImage.Tar("a", 1000));
        _rig.Replace(image with { References = [.. image.References, ImageReference.Parse(Name("app:2")), ImageReference.Parse(Name("other:3"))] });
        _rig.Add(Name("app:beta"), TestImage.Tar("b", 1000));
        await _rig.PushAsync(Name("app"), allTags: true);
        Assert.Equal(["1", "2", "beta"], _rig.Progress.Select(line => line.Pushed?.Tag).OfType<string>());
        Assert.False(_registry.Manifests.ContainsKey("other:3"));
    }

    [Fact]
    public async Task Two_pushes_of_one_blob_share_one_upload()
    {
        Image image = _rig.Add(Name("app:1"), TestImage.Tar("a", 1000));
        _rig.Replace(image with { References = [.. image.References, ImageReference.Parse(Name("app:2"))] });
        var gate = new TaskCompletionSource();
        _registry.Fault = async context =>
        {
            if (context.Request.Method == "PUT" && context.Request.Query["digest"] == image.Layers[0].Blob!.ToString())
            {
                await gate.Task;
            }

            return false;
        };
        Task first = _rig.PushAsync(Name("app:1"));
        Task second = _rig.PushAsync(Name("app:2"));
        while (_rig.Lines.Count(line => line.EndsWith("Preparing", StringComparison.Ordinal)) < 2 || _registry.Count("PUT") == 0)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        gate.SetResult();
        await Task.WhenAll(first, second);
        // One layer, one config, two manifests.
        Assert.Equal(2, _registry.Count("PUT /v2/app/blobs"));
        Assert.Equal(2, _registry.Count("PUT /v2/app/manifests"));
    }

    [Fact]
    public async Task A_cancelled_push_gives_its_uploads_up()
    {
        _rig.Add(Name("app:1"), TestImage.Tar("a", 1000), TestImage.Tar("b", 1000));
        using var stop = new CancellationTokenSource();
        int bodies = 0;
        _registry.Fault = async context =>
        {
            if (context.Request.Method == "PUT")
            {
                // Both layers and the config.
                if (Interlocked.Increment(ref bodies) == 3)
                {
                    await stop.CancelAsync();
                }

                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return true;
            }

            return false;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _rig.PushAsync(Name("app:1"), cancellationToken: stop.Token));
        Assert.Equal(0, _registry.Uploads.Open);
        Assert.Empty(_registry.Manifests);
    }

    [Theory]
    [InlineData("none:1", false, null, ErrorKind.NotFound, "An image does not exist locally with the tag: {0}/none")]
    [InlineData("app:none", false, null, ErrorKind.NotFound, "tag does not exist: {0}/app:none")]
    [InlineData("app", false, null, ErrorKind.NotFound, "tag does not exist: {0}/app:latest")]
    [InlineData("app:1", false, "linux/s390x", ErrorKind.NotFound, "image with reference {0}/app:1 was found but does not provide the specified platform (linux/s390x)")]
    [InlineData("app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", false, null, ErrorKind.InvalidArgument, "cannot push a digest reference")]
    public async Task What_cannot_be_pushed(string name, bool allTags, string? platform, ErrorKind kind, string message)
    {
        _rig.Add(Name("app:1"), TestImage.Tar("a", 10));
        WharfException failure = await _rig.FailAsync(Name(name), allTags: allTags, platform: platform);
        Assert.Equal((kind, string.Format(null, message, _registry.Host)), (failure.Kind, failure.Message));
        Assert.Empty(_registry.Requests);
    }
}
