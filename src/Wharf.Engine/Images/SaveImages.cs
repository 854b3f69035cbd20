using System.IO.Pipelines;
using System.Text.Json;
using Wharf.Engine.Events;
using Wharf.Engine.Images.Archives;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Garbage;
using Wharf.Engine.Images.Layers;
using Wharf.Engine.Images.Pack;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images;

/// <summary>
/// <c>save</c>: images as one tar that is a docker-archive and an OCI image layout at once, as Docker has written it since version 25. Layers are
/// written as they are stored, compressed or not, and uncompressed where nothing is stored: every reader of either format looks at their first bytes.
/// </summary>
internal sealed class SaveImages(ImageTable table, ContentStore content, LayerStore layers, Leases leases, EventBus events)
{
    private const string RepositoriesFile = "repositories";

    /// <summary>Checks everything, then writes; so a failure before the first byte is one that can be told.</summary>
    /// <param name="names">References, repositories (all their tags) and ids.</param>
    /// <param name="platform">What all of them must be for; null for anything.</param>
    /// <exception cref="WharfException">NotFound, InvalidArgument.</exception>
    internal Task RunAsync(IReadOnlyList<string> names, Platform? platform, Stream output, CancellationToken cancellationToken) =>
        ArchiveOutput.WriteAsync(output, pipe => Run(names, platform, pipe, cancellationToken));

    private void Run(IReadOnlyList<string> names, Platform? platform, PipeWriter output, CancellationToken cancellationToken)
    {
        using ILease lease = leases.Begin();
        var prepare = new SavedImages(content, layers, lease, cancellationToken);
        IReadOnlyList<SavedImage> images =
        [
            .. names.SelectMany(name => Choose(name, platform)).GroupBy(choice => choice.Image.Id).Select(choices => prepare.Prepare(
                choices.First().Image, [.. choices.Select(choice => choice.Tag).OfType<ImageReference>().Distinct()])),
        ];
        Write(images, new ArchiveWriter(output, cancellationToken));
        foreach (SavedImage image in images)
        {
            events.Publish("image", "save", image.Image.Id.ToString(), new Dictionary<string, string> { ["name"] = image.Image.Id.ToString() });
        }
    }

    private void Write(IReadOnlyList<SavedImage> images, ArchiveWriter archive)
    {
        foreach (SavedImage image in images)
        {
            foreach (SavedLayer layer in image.Layers)
            {
                if (layer.IsStored)
                {
                    archive.AddBlob(content, layer.Digest);
                }
                else
                {
                    archive.AddLayer(layers.DiffPath(layer.DiffId), layer.DiffId, layer.Descriptor.Size);
                }
            }

            archive.AddBlob(content, image.Image.Id);
            archive.AddBlob(content, image.Manifest.Digest);
        }

        archive.AddFile(OciArchive.IndexFile, Index(images));
        archive.AddFile(DockerArchive.ManifestFile, DockerManifest(images));
        archive.AddFile(OciArchive.LayoutFile, """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray());
        if (images.Any(image => image.Tags.Count > 0))
        {
            archive.AddFile(RepositoriesFile, Repositories(images));
        }

        archive.Finish();
    }

    /// <summary>A repository's name alone means all its tags; one that has none may still be the beginning of an id.</summary>
    private List<(Image Image, ImageReference? Tag)> Choose(string name, Platform? platform)
    {
        ImageReference? reference = ImageReference.TryParse(name, out ImageReference? parsed) ? parsed : null;
        if (reference is { Tag: null, Digest: null })
        {
            List<(Image Image, ImageReference? Tag)> tagged =
            [
                .. from image in table.All
                   from tag in image.Tags
                   where tag.Name == reference.Name
                   select (image, (ImageReference?)tag),
            ];
            if (tagged.Count > 0)
            {
                tagged.ForEach(choice => RequirePlatform(choice.Image));
                return tagged;
            }
        }

        Image found = ImageLookup.Find(table, name);
        RequirePlatform(found);
        return [(found, reference is { Tag: not null } && found.References.Contains(reference) ? reference : null)];

        void RequirePlatform(Image image)
        {
            if (platform is not null)
            {
                ImageLookup.RequirePlatform(image, name, platform.ToString());
            }
        }
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
                Layers = [.. image.Layers.Select(layer => ArchiveWriter.BlobPath(layer.Digest))],
            }),
        ],
        ArchiveJson.Default.ListDockerArchiveEntry);

    /// <summary>For readers from before 2015: the topmost layer by repository and tag.</summary>
    private static byte[] Repositories(IReadOnlyList<SavedImage> images)
    {
        Dictionary<string, Dictionary<string, string>> repositories = images
            .SelectMany(image => image.Tags, (image, tag) => (tag.FamiliarName, tag.Tag, Top: image.Layers is [.., var top] ? top.Digest.Hex : ""))
            .GroupBy(tagged => tagged.FamiliarName)
            .ToDictionary(repository => repository.Key, repository => repository.ToDictionary(tagged => tagged.Tag!, tagged => tagged.Top));
        return JsonSerializer.SerializeToUtf8Bytes(repositories, ArchiveJson.Default.DictionaryStringDictionaryStringString);
    }
}
