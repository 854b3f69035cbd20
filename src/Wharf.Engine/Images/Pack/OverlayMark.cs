using Wharf.Linux.Files;

namespace Wharf.Engine.Images.Pack;

/// <summary>How overlayfs says in a directory of its own that something of a lower layer is gone (Documentation/filesystems/overlayfs.rst).</summary>
internal static class OverlayMark
{
    private const string Prefix = "trusted.overlay.";

    /// <summary>A character device 0/0.</summary>
    internal static bool IsWhiteout(in TreeEntry entry) => entry is { Type: TreeEntryType.CharacterDevice, DeviceMajor: 0, DeviceMinor: 0 };

    /// <summary>The other form, an empty file with an attribute (Linux 6.7).</summary>
    internal static bool IsWhiteout(IReadOnlyList<ExtendedAttribute> attributes) => attributes.Any(attribute => attribute.Name == Prefix + "whiteout");

    /// <summary><c>x</c> only says that whiteouts of the other form may be inside.</summary>
    internal static bool IsOpaque(IReadOnlyList<ExtendedAttribute> attributes) =>
        attributes.Any(attribute => attribute.Name == Prefix + "opaque" && attribute.Value is [(byte)'y']);

    /// <summary>What belongs to the file itself, and goes with it: capabilities, access lists and what users set.</summary>
    internal static bool IsOfTheFile(string attribute) =>
        attribute is "security.capability" or "system.posix_acl_access" or "system.posix_acl_default"
        || (attribute.StartsWith("user.", StringComparison.Ordinal) && !attribute.StartsWith("user.overlay.", StringComparison.Ordinal));
}
