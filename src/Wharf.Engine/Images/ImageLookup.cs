using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images;

/// <summary>Finds the image that a person means: by tag, digest, id, or the beginning of an id.</summary>
internal static class ImageLookup
{
    /// <exception cref="WharfException">NotFound or InvalidArgument, in Docker's words.</exception>
    internal static Image Find(ImageTable table, string name)
    {
        if (Digest.TryParse(name, out Digest? id) || (ImageReference.IsIdentifier(name) && Digest.TryParse("sha256:" + name, out id)))
        {
            return table.Find(id) ?? throw WharfException.NotFound($"No such image: {name}");
        }

        ImageReference? reference = TryReference(name);
        if (reference is not null && table.FindId(reference) is { } tagged)
        {
            return table.Find(tagged)!;
        }

        // A name that is written wrong is not looked for as an id either, unless it begins like one.
        string hex = name.StartsWith("sha256:", StringComparison.Ordinal) ? name["sha256:".Length..] : name;
        if (hex.Length > 0 && hex.All(char.IsAsciiHexDigitLower))
        {
            return table.FindByPrefix(hex) switch
            {
                [var one] => one,
                [] => throw Missing(reference, name),
                _ => throw WharfException.NotFound($"ambiguous reference: {name}"),
            };
        }

        throw reference is null ? WharfException.Invalid("invalid reference format") : Missing(reference, name);
    }

    /// <summary>The reference by which an image was found; null when it was found by its id.</summary>
    internal static ImageReference? FindReference(Image image, string name) =>
        TryReference(name)?.WithDefaultTag() is { } reference && image.References.Contains(reference) ? reference : null;

    /// <exception cref="WharfException">NotFound: it is for another platform.</exception>
    internal static void RequirePlatform(Image image, string name, string platform)
    {
        var wanted = new PlatformMatcher(Platform.Parse(platform));
        if (!wanted.Matches(image.Config.Platform))
        {
            throw WharfException.NotFound(
                $"image with reference {name} was found but does not provide the specified platform ({wanted.Wanted})");
        }
    }

    private static ImageReference? TryReference(string name) => ImageReference.TryParse(name, out ImageReference? reference) ? reference : null;

    private static WharfException Missing(ImageReference? reference, string name) =>
        WharfException.NotFound($"No such image: {reference?.WithDefaultTag().Familiar ?? name}");
}
