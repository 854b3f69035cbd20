namespace Wharf.Linux.Files;

/// <summary>What is set on a file once it is made.</summary>
/// <param name="Permissions">The lower twelve bits of the mode, setuid, setgid and sticky included.</param>
/// <param name="ModifiedSeconds">Since 1970; the time of access is made the same.</param>
public readonly record struct FileMetadata(
    uint Permissions, uint Uid, uint Gid, long ModifiedSeconds, long ModifiedNanoseconds, IReadOnlyList<ExtendedAttribute> Attributes);

/// <param name="Name">With its namespace: <c>security.capability</c>.</param>
public sealed record ExtendedAttribute(string Name, byte[] Value)
{
    /// <summary>overlayfs keeps it for itself: it says something of a layer, not of the file.</summary>
    public bool IsOverlays => Name.StartsWith("trusted.overlay.", StringComparison.Ordinal);
}

/// <summary>Files that are neither regular, nor directories, nor links.</summary>
public enum NodeType : uint
{
    Fifo = 0x1000,
    CharacterDevice = 0x2000,
    BlockDevice = 0x6000,
}
