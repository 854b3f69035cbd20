using System.Text.Json;
using Wharf.Engine.Events;
using Wharf.Engine.Images.Archives;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Garbage;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images;

/// <summary>
/// <c>save</c>: images as one tar that is a docker-archive and an OCI image layout at once, as Docker has written it since version 25. Layers are
/// written as they are stored, compressed or not: every reader of either format looks at their first bytes.
/// </summary>
internal sealed class SaveImages(ImageTable table, ContentStore content, Leases leases, EventBus events)
{
    private const string RepositoriesFile = "repositories";

    /// <summary>Checks everything, then writes; so a failure before the first byte is one that can be told.</summary>
    /// <param name="names">References, repositories (all their tags) and ids.</param>
    /// <param name="platform">What all of them must be for; null for anything.</param>
    /// <exception cref="WharfException">NotFound, InvalidArgument.</exception>
    internal async Task RunAsync(IReadOnlyList<string> names, Platform? platform, Stream output, CancellationToken cancellationToken)
    {
        using ILease lease = leases.Begin();
        IReadOnlyList<SavedImage> images =
        [
            .. names.SelectMany(name => Choose(name, platform)).GroupBy(choice => choice.Image.Id).Select(choices => SavedImage.Prepare(
                choices.First().Image, [.. choices.Select(choice => choice.Tag).OfType<ImageReference>().Distinct()], content, lease)),
        ];
        await WriteAsync(images, output, cancellationToken).ConfigureAwait(false);
        foreach (SavedImage image in images)
        {
            events.Publish("image", "save", image.Image.Id.ToString(), new Dictionary<string, string> { ["name"] = image.Image.Id.ToString() });
        }
    }

    private async Task WriteAsync(IReadOnlyList<SavedImage> images, Stream output, CancellationToken cancellationToken)
    {
        await using var archive = new ArchiveWriter(output);
        foreach (SavedImage image in images)
        {
            foreach (Digest blob in image.LayerBlobs.Append(image.Image.Id).Append(image.Manifest.Digest))
            {
                await archive.AddBlobAsync(content, blob, cancellationToken).ConfigureAwait(false);
            }
        }

        await archive.AddFileAsync(OciArchive.IndexFile, Index(images), cancellationToken).ConfigureAwait(false);
        await archive.AddFileAsync(DockerArchive.ManifestFile, DockerManifest(images), cancellationToken).ConfigureAwait(false);
        await archive.AddFileAsync(OciArchive.LayoutFile, """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray(), cancellationToken).ConfigureAwait(false);
        if (images.Any(image => image.Tags.Count > 0))
        {
            await archive.AddFileAsync(RepositoriesFile, Repositories(images), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A repository's name alone means all its tags; one that has none may still be the beginning of an id.</summary>
    private List<(Image Image, ImageReference? Tag)> Choose(string name, Platform? platform)
    {
        ImageReference? reference = ImageReference.TryParse(name, out ImageReference? parsed) ? parsed : null;
        if (reference is { Tag: null, Digest: null })
        {
            List<(Image, ImageReference?)> tagged =
            [
                .. from image in table.All
                   from tag in image.Tags
                   where tag.Name == reference.Name
                   select (image, (ImageReference?)tag),
            ];
            if (tagged.Count > 0)
            {
                return tagged;
            }
        }

        Image found = ImageLookup.Find(table, name);
        if (platform is not null)
        {
            ImageLookup.RequirePlatform(found, name, platform.ToString());
        }

        return [(found, reference is { Tag: not null } && found.References.Contains(reference) ? reference : null)];
    }

    private static byte[] Index(IReadOnlyList<SavedImage> images) => JsonSerializer.SerializeToUtf8Bytes(
        new ImageIndex
        {
            MediaType = MediaTypes.OciIndex,
            Manifests = [.. images.SelectMany(image => image.Tags.Count == 0 ? [Describe(image, null)] : image.Tags.Select(tag => Describe(image, tag)))],
        },
        ImageSpecJson.Plain.ImageIndex);

    private static Descriptor Describe(SavedImage image, ImageReference? tag) => image.Manifest with
    {
        Annotations = tag is null ? null : new Dictionary<string, string>
        {
            [OciArchive.FullNameAnnotation] = tag.ToString(),
            [OciArchive.NameAnnotation] = tag.Tag!,
        },
    };

    private static byte[] DockerManifest(IReadOnlyList<SavedImage> images) => JsonSerializer.SerializeToUtf8Bytes(
        [
            .. images.Select(image => new DockerArchiveEntry
            {
                Config = ArchiveWriter.BlobPath(image.Image.Id),
                RepoTags = image.Tags.Count == 0 ? null : [.. image.Tags.Select(tag => tag.Familiar)],
                Layers = [.. image.LayerBlobs.Select(ArchiveWriter.BlobPath)],
            }),
        ],
        ArchiveJson.Default.ListDockerArchiveEntry);

    /// <summary>For readers from before 2015: the topmost layer by repository and tag.</summary>
    private static byte[] Repositories(IReadOnlyList<SavedImage> images)
    {
        Dictionary<string, Dictionary<string, string>> repositories = images
            .SelectMany(image => image.Tags, (image, tag) => (tag.FamiliarName, tag.Tag, Top: image.LayerBlobs is [.., var top] ? top.Hex : ""))
            .GroupBy(tagged => tagged.FamiliarName)
            .ToDictionary(repository => repository.Key, repository => repository.ToDictionary(tagged => tagged.Tag!, tagged => tagged.Top));
        return JsonSerializer.SerializeToUtf8Bytes(repositories, ArchiveJson.Default.DictionaryStringDictionaryStringString);
    }
}
