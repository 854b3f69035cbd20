using System.Globalization;
using System.Text.Json;
using Wharf.Engine.Events;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Garbage;
using Wharf.Engine.Images.Layers;
using Wharf.Engine.Images.Pack;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images;

/// <summary>What was written on top of an image, to become an image itself.</summary>
public sealed record CommitRequest
{
    /// <summary>Digest of the config of the image below.</summary>
    public required string ParentId { get; init; }

    /// <summary>The upper directory. It is read only.</summary>
    public required string Directory { get; init; }

    /// <summary>Tag for the image; none when null.</summary>
    public ImageReference? Reference { get; init; }

    public required ExecutionConfig Config { get; init; }

    /// <summary>Dockerfile instructions that change the config: <c>CMD ["sh"]</c>.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    public string Author { get; init; } = "";
    public string Comment { get; init; } = "";

    /// <summary>The command that wrote it, for the history.</summary>
    public string CreatedBy { get; init; } = "";
}

/// <summary><c>commit</c>: a copy of an upper directory becomes the topmost layer of a new image.</summary>
internal sealed class CommitImage(ImageTable table, ContentStore content, LayerStore layers, Leases leases, EventBus events, TimeProvider clock)
{
    /// <exception cref="WharfException">NotFound: no such parent. InvalidArgument: a change is none, or a file cannot be in a layer.</exception>
    internal async Task<Digest> RunAsync(CommitRequest request, CancellationToken cancellationToken)
    {
        ExecutionConfig execution = ImageChanges.Apply(request.Config, request.Changes);
        using ILease lease = leases.BeginAll();
        Image parent = ImageLookup.Find(table, request.ParentId);
        UnpackedLayer layer = await layers.CopyAsync(request.Directory, cancellationToken).ConfigureAwait(false);
        bool isEmpty = layer.DiffId == PackedLayer.Empty;
        string now = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
        ImageConfig config = parent.Config with
        {
            Created = now,
            Author = NullIfEmpty(request.Author),
            Comment = NullIfEmpty(request.Comment),
            DockerVersion = null,
            Config = execution,
            Rootfs = new RootFs { DiffIds = [.. parent.Config.Rootfs!.DiffIds, .. isEmpty ? (Digest[])[] : [layer.DiffId]] },
            History =
            [
                .. parent.Config.History ?? [],
                new HistoryEntry
                {
                    Created = now,
                    CreatedBy = NullIfEmpty(request.CreatedBy),
                    Author = NullIfEmpty(request.Author),
                    Comment = NullIfEmpty(request.Comment),
                    EmptyLayer = isEmpty ? true : null,
                },
            ],
            // What docker build left there of the parent's own container.
            Extra = parent.Config.Extra?.Where(field => field.Key is not ("container" or "container_config")).ToDictionary(),
        };
        Digest id = content.Write(JsonSerializer.SerializeToUtf8Bytes(config, ImageSpecJson.Plain.ImageConfig));
        ImageReference? tag = request.Reference?.WithDefaultTag();
        table.Enter(new NewImage
        {
            Id = id,
            Reference = tag,
            RepositoryDigest = null,
            Manifest = null,
            Config = config,
            Layers = [.. config.Rootfs.DiffIds.Select(diffId => new NewLayer(diffId, null))],
            Parent = parent.Id,
        });
        if (tag is not null)
        {
            events.Publish("image", "tag", id.ToString(), new Dictionary<string, string> { ["name"] = tag.Familiar });
        }

        return id;
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
