using Wharf.Api.Images;
using Wharf.Cli.Output;

namespace Wharf.Cli.Commands.Images;

/// <summary><c>images --tree</c>: every image with its names above the platforms that it is here for.</summary>
internal static class ImageTree
{
    private const string Untagged = "<untagged>";
    private const string InUse = "U";

    internal static void Write(TextWriter output, IReadOnlyList<ImageSummary> images, bool noTrunc)
    {
        List<string> rows = ["IMAGE\tID\tDISK USAGE\tCONTENT SIZE\tEXTRA"];
        foreach (ImageSummary image in images)
        {
            IReadOnlyList<ImageManifestSummary> manifests = image.Manifests ?? [];
            IReadOnlyList<string> names = image.RepoTags.Count > 0 ? image.RepoTags : [Untagged];
            foreach (string name in names.SkipLast(1))
            {
                rows.Add($"{name}\t\t\t\t");
            }

            long disk = manifests.Count > 0 ? manifests.Sum(manifest => manifest.Size.Total) : image.Size;
            rows.Add(Row(names[^1], image.Id, disk, manifests.Sum(manifest => manifest.Size.Content), image.Containers > 0, noTrunc));
            for (int i = 0; i < manifests.Count; i++)
            {
                ImageManifestSummary manifest = manifests[i];
                string branch = i == manifests.Count - 1 ? "└─" : "├─";
                rows.Add(Row(
                    $"{branch} {PlatformOf(manifest)}", manifest.ID, manifest.Size.Total, manifest.Size.Content,
                    manifest.ImageData?.Containers.Count > 0, noTrunc));
            }
        }

        output.Write(TabTable.Render(rows));
    }

    private static string Row(string name, string id, long disk, long content, bool isUsed, bool noTrunc) =>
        $"{name}\t{(noTrunc ? id : Shorten.Id(id))}\t{HumanSize.Short(disk)}\t{HumanSize.Short(content)}\t{(isUsed ? InUse : "")}";

    private static string PlatformOf(ImageManifestSummary manifest) => manifest.ImageData?.Platform is { } platform
        ? string.Join('/', new[] { platform.Os, platform.Architecture, platform.Variant }.Where(part => !string.IsNullOrEmpty(part)))
        : manifest.Kind;
}
