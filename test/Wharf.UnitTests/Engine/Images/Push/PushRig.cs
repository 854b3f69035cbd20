using System.Collections.Concurrent;
using System.Text.Json;
using Wharf.Engine;
using Wharf.Engine.Events;
using Wharf.Engine.Images;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Garbage;
using Wharf.Engine.Images.Layers;
using Wharf.Engine.Images.Pull;
using Wharf.Engine.Images.Push;
using Wharf.Engine.Images.Registry;
using Wharf.Engine.Images.Registry.Auth;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;
using Wharf.UnitTests.Engine.Images.Pull;
using Xunit;

namespace Wharf.UnitTests.Engine.Images.Push;

/// <summary>Push with everything real but the image table, which is a list.</summary>
internal sealed class PushRig : IPushCatalog, ILayerArchives, ILeases, IProgress<PullProgress>, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("wharf-push-").FullName;
    private readonly List<Image> _images = [];
    private readonly Dictionary<Digest, byte[]> _tars = [];
    private readonly Lock _gate = new();
    private readonly RegistryClient _registry;
    private readonly PushImage _push;
    private int _leases;

    internal PushRig(EngineOptions? options = null)
    {
        options = (options ?? new EngineOptions()) with { Root = _root };
        Content = ContentStore.Open(_root);
        _registry = new RegistryClient(options, PullRig.Impatient with { Stall = TimeSpan.FromSeconds(3), Commit = TimeSpan.FromSeconds(3) }, TimeProvider.System);
        _push = new PushImage(_registry, Content, this, this, this, new EventBus(TimeProvider.System), options, TimeProvider.System);
    }

    internal ContentStore Content { get; }

    internal ConcurrentQueue<PullProgress> Progress { get; } = new();

    internal string[] Lines => [.. Progress.Where(line => line.Pushed is null && line.Current is null).Select(line => line.Id is null ? line.Status : $"{line.Id}: {line.Status}")];

    public IReadOnlyList<Image> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _images];
            }
        }
    }

    /// <summary>An image that was made here: no manifest, each layer with an archive.</summary>
    internal Image Add(string reference, params byte[][] tars)
    {
        Image image = Describe(tars, [.. tars.Select(tar => Content.Write(TestImage.Gzip(tar)))]) with { References = [ImageReference.Parse(reference)] };
        lock (_gate)
        {
            _images.Add(image);
        }

        return image;
    }

    internal void Replace(Image image)
    {
        lock (_gate)
        {
            _images.RemoveAll(other => other.Id == image.Id);
            _images.Add(image);
        }
    }

    internal Task PushAsync(
        string reference, RegistryCredentials? credentials = null, bool allTags = false, string? platform = null, CancellationToken cancellationToken = default) =>
        _push.RunAsync(
            new PushRequest
            {
                Reference = ImageReference.Parse(reference),
                Credentials = credentials,
                AllTags = allTags,
                Platform = platform is null ? null : Platform.Parse(platform),
            },
            this,
            cancellationToken);

    /// <summary>A push that fails tells no digest, changes no name and gives its lease back.</summary>
    internal async Task<WharfException> FailAsync(string reference, RegistryCredentials? credentials = null, bool allTags = false, string? platform = null)
    {
        IReadOnlyList<Image> before = All;
        WharfException failure = await Assert.ThrowsAnyAsync<WharfException>(() => PushAsync(reference, credentials, allTags, platform));
        Assert.Equal(before, All);
        Assert.DoesNotContain(Progress, line => line.Pushed is not null);
        Assert.Equal(0, _leases);
        return failure;
    }

    public void PointIfThere(ImageReference reference, Digest id)
    {
        Image image = All.Single(image => image.Id == id);
        Replace(image with { References = [.. image.References.Where(other => other != reference), reference] });
    }

    public void Dispose()
    {
        _push.Dispose();
        _registry.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    /// <summary>What was packed: layers that had no archive.</summary>
    internal ConcurrentQueue<Digest> Packed { get; } = new();

    Task<StoredBlob> ILayerArchives.EnsureBlobAsync(Digest diffId, ILease lease, CancellationToken cancellationToken)
    {
        Digest? known = All.SelectMany(image => image.Layers).FirstOrDefault(layer => layer.DiffId == diffId && layer.Blob is not null)?.Blob;
        if (known is null || !Content.Contains(known))
        {
            Packed.Enqueue(diffId);
            known = Content.Write(TestImage.Gzip(_tars[diffId]));
        }

        return Task.FromResult(new StoredBlob(known, Content.SizeOf(known)!.Value));
    }

    ILease ILeases.Begin()
    {
        Interlocked.Increment(ref _leases);
        return new Lease(this);
    }

    void IProgress<PullProgress>.Report(PullProgress value) => Progress.Enqueue(value);

    private Image Describe(byte[][] tars, IReadOnlyList<Digest> blobs)
    {
        Digest[] diffIds = [.. tars.Select(tar => Digest.Of(tar))];
        foreach (byte[] tar in tars)
        {
            _tars[Digest.Of(tar)] = tar;
        }

        var config = new ImageConfig { Os = "linux", Architecture = "amd64", Rootfs = new RootFs { DiffIds = diffIds } };
        return new Image
        {
            Id = Content.Write(JsonSerializer.SerializeToUtf8Bytes(config, ImageSpecJson.Plain.ImageConfig)),
            Config = config,
            Layers = [.. diffIds.Zip(blobs, (diffId, blob) => new ImageLayer(diffId, 0, blob))],
        };
    }

    private sealed class Lease(PushRig rig) : ILease
    {
        public void HoldBlob(Digest blob)
        {
        }

        public void HoldLayer(Digest diffId)
        {
        }

        public void Dispose() => Interlocked.Decrement(ref rig._leases);
    }
}
