using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images.Archives;

/// <summary>One image of an archive, checked as far as its documents go: as many layers as its config names, each of them there.</summary>
internal sealed record ArchivedImage
{
    public required byte[] ConfigBytes { get; init; }

    /// <summary>As the manifest names it, or the sha256 of the bytes.</summary>
    public required Digest Id { get; init; }

    public required ImageConfig Config { get; init; }

    /// <summary>Null in a docker-archive, whose <c>manifest.json</c> is none in the sense of registries.</summary>
    public byte[]? ManifestBytes { get; init; }

    public Digest? Manifest { get; init; }

    /// <summary>Lowest first.</summary>
    public required IReadOnlyList<NewLayer> Layers { get; init; }

    public required IReadOnlyList<ImageReference> References { get; init; }

    /// <summary>Runs a parser of documents, whose faults are the archive's.</summary>
    /// <exception cref="WharfException">InvalidArgument.</exception>
    internal static T Parse<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FormatException malformed)
        {
            throw WharfException.Invalid(malformed.Message);
        }
    }
}
