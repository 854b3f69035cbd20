using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Wharf.Oci.ImageSpec;

/// <summary>
/// Reads manifests, indexes and configs that came from outside: size, depth and counts are limited, required fields are checked, and every
/// fault is one <see cref="FormatException"/> that says what is wrong.
/// </summary>
public static class ImageDocuments
{
    /// <summary>The distribution-spec makes registries take manifests of this size; nothing larger is of this world.</summary>
    public const int MaxManifestSize = 4 << 20;

    public const int MaxConfigSize = 8 << 20;

    /// <summary>The kernel stacks no more (OVL_MAX_STACK in fs/overlayfs/params.h).</summary>
    public const int MaxLayers = 500;

    private const int MaxIndexEntries = 10_000;

    /// <summary>
    /// The media type of a manifest or index: the one it was served with, or else the one it states, or else the one its shape betrays.
    /// </summary>
    public static string? MediaTypeOf(ReadOnlySpan<byte> document, string? served)
    {
        if (MediaTypes.IsIndex(served) || MediaTypes.IsManifest(served) || MediaTypes.IsSchema1(served))
        {
            return served;
        }

        Shape shape = Read(document, MaxManifestSize, "manifest", ImageDocumentShapeJson.Default.Shape);
        return shape switch
        {
            { MediaType: { } stated } => stated,
            { SchemaVersion: 1 } => MediaTypes.DockerSchema1,
            { Manifests: not null } => MediaTypes.OciIndex,
            { Config: not null, Layers: not null } => MediaTypes.OciManifest,
            _ => served,
        };
    }

    /// <exception cref="FormatException"/>
    public static Manifest ReadManifest(ReadOnlySpan<byte> document)
    {
        Manifest manifest = Read(document, MaxManifestSize, "manifest", ImageSpecJson.Default.Manifest);
        Require(manifest.SchemaVersion == 2, $"unsupported manifest schema version {manifest.SchemaVersion}");
        Require(manifest.Layers.Count <= MaxLayers, $"manifest has {manifest.Layers.Count} layers, more than the {MaxLayers} that can be stacked");
        Check(manifest.Config);
        foreach (Descriptor layer in manifest.Layers)
        {
            Check(layer);
        }

        return manifest;
    }

    /// <exception cref="FormatException"/>
    public static ImageIndex ReadIndex(ReadOnlySpan<byte> document)
    {
        ImageIndex index = Read(document, MaxManifestSize, "image index", ImageSpecJson.Default.ImageIndex);
        Require(index.Manifests.Count <= MaxIndexEntries, $"image index has {index.Manifests.Count} entries, more than {MaxIndexEntries}");
        foreach (Descriptor manifest in index.Manifests)
        {
            Check(manifest);
        }

        return index;
    }

    /// <exception cref="FormatException"/>
    public static ImageConfig ReadConfig(ReadOnlySpan<byte> document)
    {
        ImageConfig config = Read(document, MaxConfigSize, "image config", ImageSpecJson.Default.ImageConfig);
        Require(config.Rootfs is not null, "image config has no rootfs section");
        Require(config.Rootfs!.Type == "layers", $"image config has a rootfs of unknown type {config.Rootfs.Type}");
        Require(config.Rootfs.DiffIds.Count <= MaxLayers, $"image config names {config.Rootfs.DiffIds.Count} layers, more than {MaxLayers}");
        return config;
    }

    private static T Read<T>(ReadOnlySpan<byte> document, int limit, string what, JsonTypeInfo<T> type)
        where T : class
    {
        Require(document.Length <= limit, $"{what} of {document.Length} bytes is larger than the limit of {limit}");
        try
        {
            return JsonSerializer.Deserialize(document, type) ?? throw new FormatException($"{what} is null");
        }
        catch (JsonException problem)
        {
            throw new FormatException($"{what} is not valid: {problem.Message}", problem);
        }
    }

    private static void Check(Descriptor descriptor) => Require(descriptor.Size >= 0, $"descriptor {descriptor.Digest} has a negative size");

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new FormatException(problem);
        }
    }
}

/// <summary>Just enough of a manifest to tell what kind it is.</summary>
internal sealed record Shape
{
    public int SchemaVersion { get; init; }
    public string? MediaType { get; init; }
    public JsonElement? Manifests { get; init; }
    public JsonElement? Config { get; init; }
    public JsonElement? Layers { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 32)]
[JsonSerializable(typeof(Shape))]
internal sealed partial class ImageDocumentShapeJson : JsonSerializerContext;
