using System.Collections.Concurrent;
using System.Formats.Tar;
using Wharf.Engine;
using Wharf.Engine.Events;
using Wharf.Engine.Images;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Garbage;
using Wharf.Engine.Images.Layers;
using Wharf.Engine.Images.Pull;
using Wharf.Engine.Images.Registry;
using Wharf.Engine.Images.Registry.Auth;
using Wharf.Engine.Images.Registry.Transport;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;
using Xunit;

namespace Wharf.UnitTests.Engine.Images.Pull;

/// <summary>
/// Pull with everything real but the two ends that need root or a database: layers are read and hashed but not written, images are entered
/// into a dictionary.
/// </summary>
internal sealed class PullRig : ILayerStore, IImageCatalog, ILeases, IProgress<PullProgress>, IDisposable
{
    private readonly string _root;
    private readonly ConcurrentDictionary<Digest, bool> _layers = new();
    private readonly ConcurrentDictionary<string, NewImage> _images = new();
    private readonly RegistryClient _registry;
    private readonly PullImage _pull;
    private int _leases;

    internal static readonly RegistryTimeouts Impatient = new()
    {
        Connect = TimeSpan.FromMilliseconds(300),
        Headers = TimeSpan.FromMilliseconds(200),
        Stall = TimeSpan.FromMilliseconds(400),
        Commit = TimeSpan.FromMilliseconds(200),
        Backoff = TimeSpan.FromMilliseconds(5),
        LongestPause = TimeSpan.FromSeconds(3),
    };

    /// <param name="root">Of an engine that was there before.</param>
    internal PullRig(EngineOptions? options = null, string? root = null, RegistryTimeouts? timeouts = null)
    {
        _root = root ?? Directory.CreateTempSubdirectory("wharf-pull-").FullName;
        options = (options ?? new EngineOptions()) with { Root = _root, MaxDownloadAttempts = 3 };
        Content = ContentStore.Open(_root);
        _registry = new RegistryClient(options, timeouts ?? Impatient, TimeProvider.System);
        _pull = new PullImage(_registry, Content, this, this, this, new EventBus(TimeProvider.System), options, TimeProvider.System);
    }

    internal ContentStore Content { get; }

    internal string PartialDirectory => Path.Combine(_root, "content", "partial");

    /// <summary>Bytes of broken downloads.</summary>
    internal long PartialBytes => new DirectoryInfo(PartialDirectory).EnumerateFiles().Sum(file => file.Length);

    /// <summary>The data root as a crash at this moment would leave it.</summary>
    internal string CopyRoot()
    {
        string copy = Directory.CreateTempSubdirectory("wharf-pull-").FullName;
        foreach (string file in Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(copy, Path.GetRelativePath(_root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }

    internal RegistryClient Registry => _registry;

    internal ConcurrentQueue<PullProgress> Progress { get; } = new();

    internal IReadOnlyDictionary<string, NewImage> Images => _images;

    internal IReadOnlyCollection<Digest> Layers => [.. _layers.Keys];

    internal string[] Lines => [.. Progress.Select(line => line.Id is null ? line.Status : $"{line.Id}: {line.Status}")];

    internal Task PullAsync(string reference, RegistryCredentials? credentials = null, string? platform = null, bool allTags = false, CancellationToken cancellationToken = default) =>
        _pull.RunAsync(
            new PullRequest
            {
                Reference = ImageReference.Parse(reference),
                Credentials = credentials,
                Platform = platform is null ? null : Platform.Parse(platform),
                AllTags = allTags,
            },
            this,
            cancellationToken);

    internal async Task<WharfException> FailAsync(string reference, RegistryCredentials? credentials = null, string? platform = null)
    {
        WharfException failure = await Assert.ThrowsAnyAsync<WharfException>(() => PullAsync(reference, credentials, platform));
        AssertNothingIsHalfMade();
        return failure;
    }

    /// <summary>No image, no lease, no file in the making; a layer that was finished before another failed is garbage, not damage.</summary>
    internal void AssertNothingIsHalfMade()
    {
        Assert.Empty(_images);
        Assert.Equal(0, _leases);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_root, "content", "ingest")));
        foreach (StoredBlob blob in Content.List())
        {
            Assert.True(blob.Digest.Matches(Content.ReadAll(blob.Digest, int.MaxValue)));
        }
    }

    public void Dispose()
    {
        _pull.Dispose();
        _registry.Dispose();
        if (Directory.Exists(_root))
        {
            Directory.Delete(_root, recursive: true);
        }
    }

    bool ILayerStore.Contains(Digest diffId) => _layers.ContainsKey(diffId);

    async Task<UnpackedLayer> ILayerStore.UnpackAsync(Stream tar, Digest? expected, CancellationToken cancellationToken)
    {
        using var whole = new MemoryStream();
        await tar.CopyToAsync(whole, cancellationToken);
        whole.Position = 0;
        Digest actual = Digest.Of(whole.GetBuffer().AsSpan(0, (int)whole.Length));
        if (expected is not null && actual != expected)
        {
            throw WharfException.Invalid($"layers from manifest don't match image configuration: {actual}");
        }

        using var reader = new TarReader(whole);
        while (await reader.GetNextEntryAsync(cancellationToken: cancellationToken) is not null)
        {
        }

        _layers[actual] = true;
        return new UnpackedLayer(actual, whole.Length);
    }

    Digest? IImageCatalog.FindId(ImageReference reference) => _images.TryGetValue(reference.ToString(), out NewImage? image) ? image.Id : null;

    void IImageCatalog.Enter(NewImage image)
    {
        Assert.All(image.Layers, layer => Assert.True(_layers.ContainsKey(layer.DiffId)));
        Assert.True(Content.Contains(image.Manifest!) && Content.Contains(image.Id));
        _images[image.Reference!.ToString()] = image;
    }

    ILease ILeases.Begin()
    {
        Interlocked.Increment(ref _leases);
        return new Lease(this);
    }

    void IProgress<PullProgress>.Report(PullProgress value) => Progress.Enqueue(value);

    private sealed class Lease(PullRig rig) : ILease
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
