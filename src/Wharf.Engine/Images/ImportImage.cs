using System.Globalization;
using System.Text.Json;
using Wharf.Engine.Events;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Garbage;
using Wharf.Engine.Images.Layers;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images;

public sealed record ImportRequest
{
    /// <summary>Tag for the image; none when null.</summary>
    public ImageReference? Reference { get; init; }

    /// <summary>Dockerfile instructions that fill in the config: <c>CMD ["sh"]</c>.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    public string? Message { get; init; }

    /// <summary>The host's when null.</summary>
    public Platform? Platform { get; init; }
}

/// <summary><c>import</c>: a root file system becomes an image of one layer.</summary>
internal sealed class ImportImage(
    ImageTable table, ContentStore content, LayerIntake intake, Leases leases, EventBus events, TimeProvider clock)
{
    /// <exception cref="WharfException">InvalidArgument: it is no archive, or a change is none.</exception>
    internal async Task<Digest> RunAsync(Stream archive, ImportRequest request, CancellationToken cancellationToken)
    {
        if (request.Reference?.Digest is not null)
        {
            throw WharfException.Invalid("cannot import digest reference");
        }

        ExecutionConfig execution = ImageChanges.Apply(new ExecutionConfig(), request.Changes);
        using ILease lease = leases.BeginAll();
        NewLayer layer = await intake.AddAsync(archive, null, cancellationToken).ConfigureAwait(false);
        Platform platform = request.Platform ?? Platform.Host;
        string now = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
        string comment = request.Message ?? "Imported from -";
        var config = new ImageConfig
        {
            Created = now,
            Architecture = platform.Architecture,
            Variant = platform.Variant,
            Os = platform.Os,
            Comment = comment,
            Config = execution,
            Rootfs = new RootFs { DiffIds = [layer.DiffId] },
            History = [new HistoryEntry { Created = now, Comment = comment }],
        };
        Digest id = content.Write(JsonSerializer.SerializeToUtf8Bytes(config, ImageSpecJson.Plain.ImageConfig));
        table.Enter(new NewImage
        {
            Id = id,
            Reference = request.Reference?.WithDefaultTag(),
            RepositoryDigest = null,
            Manifest = null,
            Config = config,
            Layers = [layer],
        });
        events.Publish("image", "import", id.ToString(), new Dictionary<string, string> { ["name"] = id.ToString() });
        if (request.Reference is not null)
        {
            events.Publish("image", "tag", id.ToString(), new Dictionary<string, string> { ["name"] = request.Reference.WithDefaultTag().Familiar });
        }

        return id;
    }
}
