using System.Globalization;
using Wharf.Engine.Builds.Plan;
using Wharf.Engine.Images;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Builds.Solve;

/// <summary>
/// Steps that images from elsewhere have gone through (<c>--cache-from</c>). As with Docker's first builder, a step is taken from an image whose
/// layers below it are those of the build, and whose history says the same of every instruction up to it.
/// </summary>
internal sealed class ImageSteps(IReadOnlyList<Image> images)
{
    private const string LegacyShell = "/bin/sh -c ";
    private const string LegacyMark = "#(nop)";
    private const string RunMark = "RUN ";
    private const string LayerMark = " # buildkit";

    internal static ImageSteps None { get; } = new([]);

    /// <returns>What an image made of the step, or null.</returns>
    internal ImageStep? Find(RootVertex vertex, RootState below) => vertex.Provenance is { } provenance
        ? images.Select(image => Find(image, provenance, below)).FirstOrDefault(found => found is not null)
        : null;

    /// <summary>History says nothing of the files that are mounted while a program runs, so such a program cannot be recognized by it.</summary>
    internal static bool IsToldByHistory(ExecVertex exec) => exec.Mounts.All(mount => mount is not (BindExecMount or TextExecMount));

    private static ImageStep? Find(Image image, StepProvenance provenance, RootState below)
    {
        IReadOnlyList<HistoryEntry> history = image.Config.History ?? [];
        if (history.Count <= provenance.Index || image.Layers.Count < below.Layers.Count)
        {
            return null;
        }

        int layers = 0;
        for (int i = 0; i <= provenance.Index; i++)
        {
            if (Said(history[i]) != Said(provenance.Entries[i]))
            {
                return null;
            }

            layers += i < provenance.Index && history[i].EmptyLayer != true ? 1 : 0;
        }

        if (layers != below.Layers.Count || !image.Layers.Take(layers).Select(layer => layer.DiffId).SequenceEqual(below.Layers))
        {
            return null;
        }

        HistoryEntry own = history[provenance.Index];
        DateTimeOffset created = DateTimeOffset.TryParse(own.Created, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : DateTimeOffset.UnixEpoch;
        ImageLayer? layer = own.EmptyLayer == true ? null : image.Layers.ElementAtOrDefault(layers);
        return own.EmptyLayer != true && layer is null ? null : new ImageStep(layer?.DiffId, layer?.Size ?? 0, created);
    }

    /// <summary>The instruction without what only one of Docker's two builders writes around it.</summary>
    private static string Said(HistoryEntry entry)
    {
        string text = entry.CreatedBy ?? "";
        text = text.StartsWith(LegacyShell + LegacyMark, StringComparison.Ordinal) ? text[(LegacyShell + LegacyMark).Length..] : text;
        text = text.StartsWith(RunMark, StringComparison.Ordinal) ? text[RunMark.Length..] : text;
        return (text.EndsWith(LayerMark, StringComparison.Ordinal) ? text[..^LayerMark.Length] : text).Trim();
    }
}

/// <summary>What a step made in an image.</summary>
/// <param name="Layer">Null when it changed nothing.</param>
/// <param name="Size">Bytes of its files.</param>
internal sealed record ImageStep(Digest? Layer, long Size, DateTimeOffset Created);
