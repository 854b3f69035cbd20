using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Layers;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images.Check;

/// <summary>Every image has its config, the layers that the config names, and the blobs that are recorded for it; and its users exist.</summary>
internal sealed class CheckImages(ImageTable table, ContentStore content, LayerStore layers, Findings findings)
{
    internal int Run(IReadOnlySet<string> containers)
    {
        IReadOnlyList<Image> all = table.All;
        foreach (Image image in all)
        {
            if (FaultOf(image) is { } fault)
            {
                findings.Add($"image {image.Id}", fault, () => table.Forget(image.Id));
                continue;
            }

            if (image.Manifest is { } manifest && !content.Contains(manifest))
            {
                findings.Add($"image {image.Id}", $"has no manifest any more: blob {manifest} is missing", () => table.LoseBlob(manifest));
            }

            foreach (Digest blob in image.Layers.Select(layer => layer.Blob).OfType<Digest>().Where(blob => !content.Contains(blob)))
            {
                findings.Add($"image {image.Id}", $"has a layer whose archive {blob} is missing", () => table.LoseBlob(blob));
            }
        }

        foreach ((string container, Digest image) in table.Users.Where(use => !containers.Contains(use.Key) || table.Find(use.Value) is null))
        {
            findings.Add($"image {image}", $"is recorded as used by container {container}, one of which does not exist", () => table.EndUse(container));
        }

        return all.Count;
    }

    private string? FaultOf(Image image)
    {
        if (!content.Contains(image.Id))
        {
            return "has no config";
        }

        try
        {
            ImageConfig config = ImageDocuments.ReadConfig(content.ReadAll(image.Id, ImageDocuments.MaxConfigSize));
            if (!config.Rootfs!.DiffIds.SequenceEqual(image.Layers.Select(layer => layer.DiffId)))
            {
                return "has other layers than its config names";
            }
        }
        catch (FormatException malformed)
        {
            return $"has a config that cannot be read: {malformed.Message}";
        }

        return image.Layers.FirstOrDefault(layer => !layers.Contains(layer.DiffId)) is { } missing ? $"lacks layer {missing.DiffId}" : null;
    }
}
