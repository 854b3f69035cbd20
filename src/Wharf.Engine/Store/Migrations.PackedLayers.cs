namespace Wharf.Engine.Store;

internal static partial class Migrations
{
    // Bytes of the archive that packing the layer's directory gives; null for a layer that came as an archive, which its directory may not give again.
    private const string PackedLayers = "ALTER TABLE layers ADD COLUMN packed_size INTEGER";
}
