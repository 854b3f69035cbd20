using System.Text.Json;
using Wharf.Engine.Events;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Garbage;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images;

/// <summary>Makes an image of a config whose layers are all here, and names it.</summary>
internal sealed class AddImage(ImageTable table, ContentStore content, EventBus events)
{
    /// <param name="lease">Holds the layers, and from now on the config.</param>
    /// <returns>Its id. An equal image that is here already is that image.</returns>
    internal Digest Run(ImageConfig config, IReadOnlyList<ImageReference> tags, ILease lease)
    {
        byte[] document = JsonSerializer.SerializeToUtf8Bytes(config, ImageSpecJson.Plain.ImageConfig);
        Digest id = Digest.Of(document);
        lease.HoldBlob(id);
        content.Write(document, id);
        table.Enter(new NewImage
        {
            Id = id,
            Reference = null,
            RepositoryDigest = null,
            Manifest = null,
            Config = config,
            Layers = [.. config.Rootfs!.DiffIds.Select(diffId => new NewLayer(diffId, null))],
        });
        foreach (ImageReference tag in tags.Select(tag => tag.WithDefaultTag()))
        {
            table.Point(tag, id);
            events.Publish("image", "tag", id.ToString(), new Dictionary<string, string> { ["name"] = tag.Familiar });
        }

        return id;
    }
}
