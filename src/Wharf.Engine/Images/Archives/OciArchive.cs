using Wharf.Engine.Images.Content;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images.Archives;

/// <summary>The OCI image layout (image-spec, image-layout.md): <c>index.json</c> lists images, and all files have their digests for names.</summary>
internal static class OciArchive
{
    internal const string IndexFile = "index.json";
    internal const string LayoutFile = "oci-layout";

    /// <summary>The name with its tag, as containerd writes it.</summary>
    internal const string FullNameAnnotation = "io.containerd.image.name";

    /// <summary>By the specification the tag alone; several writers put the whole name there.</summary>
    internal const string NameAnnotation = "org.opencontainers.image.ref.name";

    /// <summary>An index in an index happens, an index in that one does not.</summary>
    private const int MaxNesting = 3;

    /// <param name="wanted">Which one to take of several with one name.</param>
    /// <exception cref="WharfException">InvalidArgument; NotFound when nothing is for the platform.</exception>
    internal static IReadOnlyList<ArchivedImage> Read(ImageArchive archive, byte[] index, Platform wanted, ContentStore content)
    {
        ImageIndex top = ArchivedImage.Parse(() => ImageDocuments.ReadIndex(index));
        var matcher = new PlatformMatcher(wanted);
        var byName = top.Manifests.GroupBy(entry => NameOf(entry)?.ToString() ?? entry.Digest.ToString());
        List<ArchivedImage> images = [];
        foreach (IGrouping<string, Descriptor> group in byName)
        {
            if (matcher.Choose(top with { Manifests = [.. group] }) is { } chosen)
            {
                images.Add(ReadImage(archive, chosen, NameOf(chosen), matcher, content));
            }
        }

        return images.Count > 0 ? images : throw NoneFor(matcher);
    }

    private static ArchivedImage ReadImage(
        ImageArchive archive, Descriptor entry, ImageReference? name, PlatformMatcher matcher, ContentStore content)
    {
        (Digest digest, byte[] bytes) = FindManifest(archive, entry, matcher, MaxNesting);
        Manifest manifest = ArchivedImage.Parse(() => ImageDocuments.ReadManifest(bytes));
        byte[] configBytes = Require(archive.Document(manifest.Config.Digest), manifest.Config);
        ImageConfig config = ArchivedImage.Parse(() => ImageDocuments.ReadConfig(configBytes));
        IReadOnlyList<Digest> diffIds = config.Rootfs!.DiffIds;
        if (diffIds.Count != manifest.Layers.Count)
        {
            throw WharfException.Invalid($"invalid manifest, layers length mismatch: expected {diffIds.Count}, got {manifest.Layers.Count}");
        }

        return new ArchivedImage
        {
            ConfigBytes = configBytes,
            Id = manifest.Config.Digest,
            Config = config,
            ManifestBytes = bytes,
            Manifest = digest,
            Layers = [.. diffIds.Zip(manifest.Layers, (diffId, layer) => new NewLayer(diffId, Check(layer, content)))],
            References = name is null ? [] : [name],
        };
    }

    private static (Digest Digest, byte[] Bytes) FindManifest(ImageArchive archive, Descriptor entry, PlatformMatcher matcher, int nesting)
    {
        byte[] bytes = Require(archive.Document(entry.Digest), entry);
        if (!MediaTypes.IsIndex(ArchivedImage.Parse(() => ImageDocuments.MediaTypeOf(bytes, entry.MediaType))))
        {
            return (entry.Digest, bytes);
        }

        if (nesting == 0)
        {
            throw WharfException.Invalid($"image index {entry.Digest} is nested too deeply");
        }

        Descriptor chosen = matcher.Choose(ArchivedImage.Parse(() => ImageDocuments.ReadIndex(bytes))) ?? throw NoneFor(matcher);
        return FindManifest(archive, chosen, matcher, nesting - 1);
    }

    private static ImageReference? NameOf(Descriptor entry)
    {
        string? name = entry.Annotations?.GetValueOrDefault(FullNameAnnotation) ?? entry.Annotations?.GetValueOrDefault(NameAnnotation);
        bool isTagAlone = name?.AsSpan().IndexOfAny(':', '/') < 0;
        return !isTagAlone && ImageReference.TryParse(name, out ImageReference? reference) ? reference.WithDefaultTag() : null;
    }

    private static byte[] Require(byte[]? document, Descriptor descriptor) =>
        document ?? throw WharfException.Invalid($"archive has no blob {descriptor.Digest}, or another one under its name");

    private static Descriptor Check(Descriptor layer, ContentStore content) => content.SizeOf(layer.Digest) == layer.Size
        ? layer
        : throw WharfException.Invalid($"archive has no layer {layer.Digest} of {layer.Size} bytes, or another one under its name");

    private static WharfException NoneFor(PlatformMatcher matcher) =>
        WharfException.NotFound($"no matching manifest for {matcher.Wanted} in the archive");
}
