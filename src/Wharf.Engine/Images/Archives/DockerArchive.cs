using System.Text.Json;
using Wharf.Engine.Images.Content;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images.Archives;

/// <summary>The format of <c>docker save</c>: <c>manifest.json</c> lists images by the names of their files.</summary>
internal static class DockerArchive
{
    internal const string ManifestFile = "manifest.json";
    private const int MaxImages = 1000;

    /// <exception cref="WharfException">InvalidArgument.</exception>
    internal static IReadOnlyList<ArchivedImage> Read(ImageArchive archive, byte[] manifest, ContentStore content)
    {
        List<DockerArchiveEntry> entries = ParseManifest(manifest);
        return entries.Count is > 0 and <= MaxImages
            ? [.. entries.Select(entry => ReadImage(archive, entry, content))]
            : throw WharfException.Invalid($"{ManifestFile} of the archive lists {entries.Count} images, where 1 to {MaxImages} can be loaded");
    }

    private static List<DockerArchiveEntry> ParseManifest(byte[] manifest)
    {
        try
        {
            return JsonSerializer.Deserialize(manifest, ArchiveJson.Default.ListDockerArchiveEntry) ?? [];
        }
        catch (JsonException malformed)
        {
            throw WharfException.Invalid($"{ManifestFile} of the archive is not valid: {malformed.Message}");
        }
    }

    private static ArchivedImage ReadImage(ImageArchive archive, DockerArchiveEntry entry, ContentStore content)
    {
        byte[] bytes = archive.Document(entry.Config) ?? throw WharfException.Invalid($"archive has no image config \"{entry.Config}\"");
        ImageConfig config = ArchivedImage.Parse(() => ImageDocuments.ReadConfig(bytes));
        IReadOnlyList<Digest> diffIds = config.Rootfs!.DiffIds;
        if (diffIds.Count != entry.Layers.Count)
        {
            throw WharfException.Invalid($"invalid manifest, layers length mismatch: expected {diffIds.Count}, got {entry.Layers.Count}");
        }

        return new ArchivedImage
        {
            ConfigBytes = bytes,
            Id = Digest.Of(bytes),
            Config = config,
            Layers = [.. diffIds.Zip(entry.Layers, (diffId, file) => new NewLayer(diffId, Describe(archive, file, content)))],
            References = [.. (entry.RepoTags ?? []).Select(tag => ArchivedImage.Parse(() => ImageReference.Parse(tag)).WithDefaultTag())],
        };
    }

    private static Descriptor Describe(ImageArchive archive, string file, ContentStore content) =>
        archive.Follow(file) is { } blob && content.SizeOf(blob) is { } size
            ? new Descriptor { Digest = blob, Size = size }
            : throw WharfException.Invalid($"archive has no layer \"{file}\"");
}
