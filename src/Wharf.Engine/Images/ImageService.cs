using Microsoft.Extensions.Logging;
using Wharf.Engine.Events;
using Wharf.Engine.Images.Check;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Garbage;
using Wharf.Engine.Images.Layers;
using Wharf.Engine.Images.Pull;
using Wharf.Engine.Images.Push;
using Wharf.Engine.Images.Registry;
using Wharf.Engine.Store;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images;

/// <summary>Images: the table of contents. Each verb is a file of its own beside this one.</summary>
public sealed class ImageService : IImageResolver, IDisposable
{
    private readonly ImageTable _table;
    private readonly ContentStore _content;
    private readonly LayerStore _layers;
    private readonly LayerArchives _archives;
    private readonly ImportImage _import;
    private readonly CommitImage _commit;
    private readonly CheckStore _check;
    private readonly LoadImages _load;
    private readonly SaveImages _save;
    private readonly PushImage _push;
    private readonly TagImage _tag;
    private readonly RemoveImage _remove;
    private readonly PruneImages _prune;
    private readonly ImageCollector _collector;
    private readonly AddImage _add;
    private readonly TimeProvider _clock;

    private ImageService(
        EngineOptions options,
        Database database,
        RegistryClient registry,
        EventBus events,
        TimeProvider clock,
        ILogger logger,
        Func<IReadOnlyList<Digest>>? heldLayers)
    {
        ContentStore content = ContentStore.Open(options.Root, clock);
        _content = content;
        _layers = new LayerStore(options.Root, database, logger);
        _table = new ImageTable(database, content, _layers, clock, logger);
        var leases = new Leases();
        var collector = new ImageCollector(_table, content, _layers, leases, heldLayers);
        _collector = collector;
        Leases = leases;
        _archives = new LayerArchives(_table, content, _layers);
        var intake = new LayerIntake(content, _layers);
        Pull = new PullImage(registry, content, _layers, _table, leases, events, options, clock);
        _import = new ImportImage(_table, content, intake, leases, events, clock);
        _commit = new CommitImage(_table, content, _layers, leases, events, clock);
        _load = new LoadImages(_table, content, _layers, leases, events, clock);
        _save = new SaveImages(_table, content, _layers, leases, events);
        _push = new PushImage(registry, content, _table, _archives, leases, events, options, clock);
        _tag = new TagImage(_table, events);
        _remove = new RemoveImage(_table, collector, events);
        _prune = new PruneImages(_table, content, _remove, collector, events, clock);
        _add = new AddImage(_table, content, events);
        _check = new CheckStore(_table, content, _layers, leases, collector);
        _clock = clock;
        collector.Collect();
    }

    /// <summary><c>pull</c>.</summary>
    public PullImage Pull { get; }

    /// <summary>Opens the images of a data root, repairs what a crash left, and collects what nothing needs.</summary>
    /// <param name="heldLayers">Layers that others than images need; asked at each collection.</param>
    public static ImageService Open(
        EngineOptions options,
        Database database,
        RegistryClient registry,
        EventBus events,
        TimeProvider clock,
        ILogger<ImageService> logger,
        Func<IReadOnlyList<Digest>>? heldLayers = null) =>
        new(options, database, registry, events, clock, logger, heldLayers);

    /// <summary>All images, newest first.</summary>
    /// <param name="filters">reference, dangling, label, before, since, until.</param>
    /// <param name="all">Those without a name that others were made from too.</param>
    public IReadOnlyList<Image> List(IReadOnlyDictionary<string, IReadOnlyList<string>> filters, bool all)
    {
        Func<Image, bool> wanted = ImageFilter.List(_table, filters, _clock.GetUtcNow());
        bool showsAll = all && !filters.ContainsKey("dangling");
        return
        [
            .. _table.All
                .Where(image => wanted(image) && (showsAll || image.References.Count > 0 || !_table.HasChildren(image.Id)))
                .Select(image => ImageFilter.Narrow(image, filters))
                .OrderByDescending(image => image.Created),
        ];
    }

    /// <summary>For what is on its way to becoming an image.</summary>
    internal ILeases Leases { get; }

    internal LayerStore Layers => _layers;

    /// <summary>Removes what nothing needs any more.</summary>
    internal void Collect() => _collector.Collect();

    /// <summary>The layers that images have.</summary>
    internal HashSet<Digest> LayersInUse() => [.. _table.All.SelectMany(image => image.Layers).Select(layer => layer.DiffId)];

    /// <inheritdoc cref="AddImage.Run"/>
    internal Digest Add(ImageConfig config, IReadOnlyList<ImageReference> tags, ILease lease) => _add.Run(config, tags, lease);

    public int Count => _table.All.Count;

    /// <summary>Bytes of all layers' files, each counted once.</summary>
    public long LayersSize => _layers.TotalSize;

    /// <exception cref="WharfException">NotFound, InvalidArgument.</exception>
    public Image Find(string name) => ImageLookup.Find(_table, name);

    /// <summary>Containers that were made from an image.</summary>
    public IReadOnlyList<string> UsersOf(Image image) => _table.UsersOf(image.Id);

    /// <summary>Bytes of an image's config, manifest and archives, as they are stored.</summary>
    public long ContentSizeOf(Image image) =>
        image.Layers.Select(layer => layer.Blob).Append(image.Id).Append(image.Manifest).OfType<Digest>().Distinct().Sum(blob => _content.SizeOf(blob) ?? 0);

    /// <summary>Bytes of one blob, or null when it is not here.</summary>
    public long? SizeOf(Digest blob) => _content.SizeOf(blob);

    /// <summary>Directories of an image's layers, topmost first.</summary>
    public IReadOnlyList<string> DirectoriesOf(Image image) => _layers.Stack(image.Layers.Select(layer => layer.DiffId));

    /// <inheritdoc cref="ImportImage.RunAsync"/>
    public Task<Digest> ImportAsync(Stream archive, ImportRequest request, CancellationToken cancellationToken) =>
        _import.RunAsync(archive, request, cancellationToken);

    /// <inheritdoc cref="LoadImages.RunAsync"/>
    public Task<IReadOnlyList<LoadedImage>> LoadAsync(
        Stream archive, Platform? platform, IProgress<PullProgress> progress, CancellationToken cancellationToken) =>
        _load.RunAsync(archive, platform, progress, cancellationToken);

    /// <inheritdoc cref="SaveImages.RunAsync"/>
    public Task SaveAsync(IReadOnlyList<string> names, Platform? platform, Stream output, CancellationToken cancellationToken) =>
        _save.RunAsync(names, platform, output, cancellationToken);

    /// <inheritdoc cref="PushImage.RunAsync"/>
    public Task PushAsync(PushRequest request, IProgress<PullProgress> progress, CancellationToken cancellationToken) =>
        _push.RunAsync(request, progress, cancellationToken);

    /// <inheritdoc cref="TagImage.Run"/>
    public void Tag(string source, ImageReference target) => _tag.Run(source, target);

    /// <inheritdoc cref="RemoveImage.Run"/>
    public IReadOnlyList<RemovedImage> Remove(RemoveImageRequest request) => _remove.Run(request);

    /// <summary>Removes images that nobody uses: those without a tag or, with <c>dangling=false</c>, all.</summary>
    public PrunedImages Prune(IReadOnlyDictionary<string, IReadOnlyList<string>> filters) => _prune.Run(filters);

    /// <summary>Verifies blobs, layers and images, and that nothing else is there.</summary>
    public Task<StoreReport> CheckAsync(StoreCheckRequest request, CancellationToken cancellationToken) => _check.RunAsync(request, cancellationToken);

    public ResolvedImage Resolve(string reference, string? platform = null)
    {
        Image image = Find(reference);
        if (!string.IsNullOrEmpty(platform))
        {
            ImageLookup.RequirePlatform(image, reference, platform);
        }

        return new ResolvedImage
        {
            Id = image.Id.ToString(),
            Reference = ImageLookup.FindReference(image, reference)?.Familiar ?? image.Id.ToString(),
            Os = image.Config.Os ?? "linux",
            Architecture = image.Config.Architecture ?? "",
            Variant = image.Config.Variant,
            Defaults = ImageDefaultsMapping.Of(image.Config.Config),
            LayerDirectories = DirectoriesOf(image),
        };
    }

    public void Acquire(string imageId, string containerId) => _table.Use(Digest.Parse(imageId), containerId);

    public void Release(string containerId) => _table.EndUse(containerId);

    public async Task<string> CommitAsync(CommitRequest request, CancellationToken cancellationToken) =>
        (await _commit.RunAsync(request, cancellationToken).ConfigureAwait(false)).ToString();

    public void Dispose()
    {
        Pull.Dispose();
        _push.Dispose();
        _archives.Dispose();
    }
}
