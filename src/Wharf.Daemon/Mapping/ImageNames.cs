using System.Text.Json;
using Wharf.Api;
using Wharf.Engine;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Daemon.Mapping;

/// <summary>Image references and platforms of requests: what is malformed is a bad request, in the words of whoever parsed it.</summary>
internal static class ImageNames
{
    internal static ImageReference Parse(string text) => Refuse(() => ImageReference.Parse(text));

    /// <summary>A name and, apart from it, a tag or digest, as <c>POST /images/create</c> has them.</summary>
    internal static ImageReference Parse(string name, string? tagOrDigest)
    {
        ImageReference reference = Parse(name);
        return tagOrDigest switch
        {
            null => reference,
            _ when tagOrDigest.Contains(':', StringComparison.Ordinal) => reference.WithDigest(Refuse(() => Digest.Parse(tagOrDigest))),
            _ => Refuse(() => reference.WithTag(tagOrDigest)),
        };
    }

    internal static Platform? ParsePlatform(string? text) => text is null ? null : Refuse(() => Platform.Parse(text));

    /// <summary>A platform as requests about archives have it: <c>{"os":"linux","architecture":"arm64"}</c>, or as text.</summary>
    internal static Platform? ParsePlatformDocument(string text)
    {
        if (!text.StartsWith('{'))
        {
            return text.Length == 0 ? null : ParsePlatform(text);
        }

        Api.Images.Platform? document = JsonSerializer.Deserialize(text, ApiJson.Default.Platform);
        return document is { Os.Length: > 0, Architecture.Length: > 0 }
            ? new Platform(document.Os, document.Architecture, document.Variant).Normalized
            : throw WharfException.Invalid($"platform \"{text}\" has no os or no architecture");
    }

    private static T Refuse<T>(Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (FormatException malformed)
        {
            throw WharfException.Invalid(malformed.Message);
        }
    }
}
