using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images.Archives;

/// <summary>An image that goes into an archive, with the names that were asked for.</summary>
/// <param name="Layers">Lowest first.</param>
internal sealed record SavedImage(Image Image, IReadOnlyList<ImageReference> Tags, Descriptor Manifest, IReadOnlyList<SavedLayer> Layers);

/// <summary>A layer in an archive: a blob as it is stored or, where there is none, what the layer's directory packs to.</summary>
internal sealed record SavedLayer(Digest DiffId, Descriptor Descriptor, bool IsStored)
{
    internal Digest Digest => Descriptor.Digest;
}
