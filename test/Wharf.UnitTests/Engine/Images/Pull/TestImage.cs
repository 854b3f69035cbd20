using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.UnitTests.Engine.Images.Pull;

/// <summary>A small image, made here and put into a <see cref="TestRegistry"/>.</summary>
internal sealed record TestImage(Digest ManifestDigest, Digest ConfigDigest, IReadOnlyList<Digest> LayerDigests, IReadOnlyList<Digest> DiffIds)
{
    internal static byte[] Tar(string file, int size)
    {
        byte[] content = new byte[size];
        new Random(file.Length + size).NextBytes(content);
        using var target = new MemoryStream();
        using (var writer = new TarWriter(target, TarEntryFormat.Ustar, leaveOpen: true))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, file) { DataStream = new MemoryStream(content), ModificationTime = DateTimeOffset.UnixEpoch });
        }

        return target.ToArray();
    }

    internal static byte[] Gzip(byte[] content)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return target.ToArray();
    }

    internal static byte[] Zstd(byte[] content)
    {
        using var compressor = new ZstdSharp.Compressor();
        return compressor.Wrap(content).ToArray();
    }

    /// <summary>Puts an image of these uncompressed layers into a registry.</summary>
    internal static TestImage Push(
        TestRegistry registry, string name, string? tag, IReadOnlyList<byte[]> tars, Func<byte[], byte[]>? compress = null, string architecture = "amd64")
    {
        byte[][] blobs = [.. tars.Select(compress ?? Gzip)];
        Digest[] layers = [.. blobs.Select(registry.AddBlob)];
        Digest[] diffIds = [.. tars.Select(tar => Digest.Of(tar))];
        byte[] config = JsonSerializer.SerializeToUtf8Bytes(
            new ImageConfig { Os = "linux", Architecture = architecture, Rootfs = new RootFs { DiffIds = diffIds }, Created = "2024-01-01T00:00:00Z" },
            ImageSpecJson.Plain.ImageConfig);
        Digest configDigest = registry.AddBlob(config);
        byte[] manifest = JsonSerializer.SerializeToUtf8Bytes(
            new Manifest
            {
                MediaType = MediaTypes.OciManifest,
                Config = new Descriptor { MediaType = MediaTypes.OciConfig, Digest = configDigest, Size = config.Length },
                Layers = [.. layers.Select((layer, i) => new Descriptor { MediaType = MediaTypes.OciLayerGzip, Digest = layer, Size = blobs[i].Length })],
            },
            ImageSpecJson.Plain.Manifest);
        foreach (Digest blob in layers.Append(configDigest))
        {
            registry.Uploads.Link(name, blob);
        }

        return new TestImage(registry.AddManifest(name, tag, manifest, MediaTypes.OciManifest), configDigest, layers, diffIds);
    }

    internal static Digest PushIndex(TestRegistry registry, string name, string tag, params (TestImage Image, Platform Platform)[] images)
    {
        byte[] index = JsonSerializer.SerializeToUtf8Bytes(
            new ImageIndex
            {
                MediaType = MediaTypes.OciIndex,
                Manifests = [.. images.Select(image => new Descriptor
                {
                    MediaType = MediaTypes.OciManifest,
                    Digest = image.Image.ManifestDigest,
                    Size = registry.Manifests[$"{name}:{image.Image.ManifestDigest}"].Content.Length,
                    Platform = image.Platform,
                })],
            },
            ImageSpecJson.Plain.ImageIndex);
        return registry.AddManifest(name, tag, index, MediaTypes.OciIndex);
    }
}
