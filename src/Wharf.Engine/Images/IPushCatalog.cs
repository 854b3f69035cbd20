using Wharf.Oci;

namespace Wharf.Engine.Images;

/// <summary>What push needs of the image table.</summary>
internal interface IPushCatalog
{
    IReadOnlyList<Image> All { get; }

    /// <summary>Lets a reference name an image from now on, unless that has been removed meanwhile.</summary>
    void PointIfThere(ImageReference reference, Digest id);
}
