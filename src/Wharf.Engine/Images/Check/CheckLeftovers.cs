using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Garbage;
using Wharf.Engine.Images.Layers;
using Wharf.Oci;

namespace Wharf.Engine.Images.Check;

/// <summary>Nothing is there that neither an image, nor a build's cache, nor something under way needs. What is being pulled, loaded or built meanwhile is left alone.</summary>
internal sealed class CheckLeftovers(ContentStore content, LayerStore layers, Leases leases, ImageCollector collector, Findings findings)
{
    internal void Run()
    {
        List<string> unneeded = [];
        bool isIdle = false;
        leases.WhileFrozen(held =>
        {
            isIdle = leases.IsIdle;
            HashSet<Digest> needed = collector.Needed(held);
            unneeded.AddRange(content.List().Where(blob => !needed.Contains(blob.Digest)).Select(blob => $"blob {blob.Digest}"));
            unneeded.AddRange(layers.All.Where(diffId => !needed.Contains(diffId)).Select(diffId => $"layer {diffId}"));
        });
        foreach (string subject in unneeded)
        {
            findings.Add(subject, "is needed by nothing", () => collector.Collect());
        }

        if (!isIdle)
        {
            return;
        }

        foreach (string file in content.Unfinished())
        {
            findings.Add(file, "is a blob that was never finished", () => File.Delete(file));
        }

        foreach (string directory in layers.Leftovers())
        {
            findings.Add(directory, "is no layer", () => LayerDirectories.Erase(directory));
        }
    }
}
