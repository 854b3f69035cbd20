using Microsoft.AspNetCore.Http;
using Wharf.Oci;
using Xunit;

namespace Wharf.UnitTests.Engine.Images.Pull;

/// <summary>A pull that was interrupted goes on where it stopped, whoever comes next, and whatever has happened to what it left.</summary>
public sealed class ResumedPullTests : IAsyncLifetime
{
    private const int Half = 1_000_000;
    private readonly PullRig _rig = new();
    private TestRegistry _registry = null!;
    private Digest _layer = null!;
    private byte[] _content = null!;

    public async ValueTask InitializeAsync()
    {
        _registry = await TestRegistry.StartAsync();
        _layer = TestImage.Push(_registry, "app", "1", [TestImage.Tar("large", 2_500_000)]).LayerDigests[0];
        _content = _registry.Blobs[_layer];
    }

    public async ValueTask DisposeAsync()
    {
        _rig.Dispose();
        await _registry.DisposeAsync();
    }

    private string Reference => $"{_registry.Host}/app:1";

    private string[] LayerRequests => [.. _registry.Requests.Where(request => request.Contains(_layer.Hex, StringComparison.Ordinal)).Select(request => request.Split(' ', 3).ElementAtOrDefault(2) ?? "")];

    /// <summary>Sends half of the layer, then does <paramref name="then"/>; from the second request on all is well.</summary>
    private void StopHalfWay(Func<HttpContext, Task> then, int times = 1) => _registry.Fault = async context =>
    {
        if (!context.Request.Path.Value!.Contains(_layer.Hex, StringComparison.Ordinal) || Interlocked.Decrement(ref times) < 0)
        {
            return false;
        }

        context.Response.ContentLength = _content.Length;
        await context.Response.Body.WriteAsync(_content.AsMemory(0, Half));
        await context.Response.Body.FlushAsync();
        await then(context);
        return true;
    };

    private async Task CompleteAsync()
    {
        _registry.Fault = null;
        _registry.Requests.Clear();
        await _rig.PullAsync(Reference);
        Assert.Equal(_content, _rig.Content.ReadAll(_layer, int.MaxValue));
        Assert.Empty(Directory.EnumerateFiles(_rig.PartialDirectory));
    }

    private void Leave(byte[] content) =>
        File.WriteAllBytes(Path.Combine(_rig.PartialDirectory, $"sha256-{_layer.Hex}"), content);

    [Fact]
    public async Task After_a_cancel()
    {
        using var stop = new CancellationTokenSource();
        StopHalfWay(async context =>
        {
            while (_rig.PartialBytes < Half)
            {
                await Task.Delay(5);
            }

            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _rig.PullAsync(Reference, cancellationToken: stop.Token));
        _rig.AssertNothingIsHalfMade();
        await CompleteAsync();
        Assert.Equal([$"bytes={Half}-"], LayerRequests);
    }

    [Fact]
    public async Task After_a_line_that_was_cut_for_good()
    {
        int calls = 0;
        _registry.Fault = async context =>
        {
            if (!context.Request.Path.Value!.Contains(_layer.Hex, StringComparison.Ordinal))
            {
                return false;
            }

            if (Interlocked.Increment(ref calls) == 1)
            {
                context.Response.ContentLength = _content.Length;
                await context.Response.Body.WriteAsync(_content.AsMemory(0, Half));
                await context.Response.Body.FlushAsync();
                await Task.Delay(100);
            }

            context.Abort();
            return true;
        };
        Assert.StartsWith("Get \"http://", (await _rig.FailAsync(Reference)).Message);
        await CompleteAsync();
        Assert.Equal([$"bytes={Half}-"], LayerRequests);
    }

    [Fact]
    public async Task After_a_crash()
    {
        Leave(_content[..Half]);
        await CompleteAsync();
        Assert.Equal([$"bytes={Half}-"], LayerRequests);
    }

    [Fact]
    public async Task After_a_crash_behind_the_last_byte()
    {
        Leave(_content);
        await CompleteAsync();
        Assert.Empty(LayerRequests);
    }

    [Fact]
    public async Task What_was_left_is_wrong()
    {
        byte[] wrong = _content[..Half];
        wrong[Half / 2] ^= 1;
        Leave(wrong);
        await CompleteAsync();
        Assert.Equal("", LayerRequests[^1]);
    }

    [Fact]
    public async Task What_was_left_ends_in_zeros()
    {
        byte[] wrong = _content[..Half];
        wrong.AsSpan(Half / 2).Clear();
        Leave(wrong);
        await CompleteAsync();
        Assert.Equal("", LayerRequests[^1]);
    }

    [Fact]
    public async Task What_was_left_is_too_long()
    {
        Leave([.. _content, 1, 2, 3]);
        await CompleteAsync();
        Assert.Equal([""], LayerRequests);
    }

    [Fact]
    public async Task Wrong_bytes_from_the_registry_are_not_kept()
    {
        byte[] wrong = [.. _content];
        wrong[^1] ^= 1;
        _registry.Blobs[_layer] = wrong;
        Assert.StartsWith("filesystem layer verification failed", (await _rig.FailAsync(Reference)).Message);
        Assert.Empty(Directory.EnumerateFiles(_rig.PartialDirectory));
    }

    [Fact]
    public async Task A_blob_of_an_image_that_never_was_is_not_fetched_again()
    {
        await _rig.PullAsync(Reference);
        Assert.False(_rig.Content.Discard(_layer));
        Assert.False(_rig.Content.Contains(_layer));
        using var rig = new PullRig(root: _rig.CopyRoot());
        _registry.Requests.Clear();
        await rig.PullAsync(Reference);
        Assert.Empty(LayerRequests);
        rig.Content.Settle(_layer);
        Assert.True(rig.Content.Discard(_layer));
        Assert.Empty(Directory.EnumerateFiles(rig.PartialDirectory));
    }
}
