using System.Globalization;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images;

/// <summary>One step in the making of an image.</summary>
/// <param name="Size">Bytes of the files of the layer that the step made; 0 when it made none.</param>
public sealed record HistoryStep(DateTimeOffset Created, string CreatedBy, string Comment, long Size);

/// <summary><c>history</c>.</summary>
public static class ImageHistory
{
    /// <summary>The steps that the image's config tells of, newest first.</summary>
    /// <exception cref="WharfException">Internal: it tells of more layers than there are.</exception>
    public static IReadOnlyList<HistoryStep> Of(Image image)
    {
        List<HistoryStep> steps = [];
        int layer = 0;
        foreach (HistoryEntry entry in image.Config.History ?? [])
        {
            bool isEmpty = entry.EmptyLayer == true;
            if (!isEmpty && layer >= image.Layers.Count)
            {
                throw new WharfException(ErrorKind.Internal, "too many non-empty layers in History section");
            }

            steps.Add(new HistoryStep(TimeOf(entry), entry.CreatedBy ?? "", entry.Comment ?? "", isEmpty ? 0 : image.Layers[layer++].Size));
        }

        steps.Reverse();
        return steps;
    }

    private static DateTimeOffset TimeOf(HistoryEntry entry) =>
        DateTimeOffset.TryParse(entry.Created, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : DateTimeOffset.UnixEpoch;
}
