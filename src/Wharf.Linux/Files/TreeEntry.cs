using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Files;

/// <summary>What the kernel knows of a file in a tree, without following a link.</summary>
public readonly struct TreeEntry
{
    private const int TypeMask = 0xf000; // S_IFMT
    private readonly LibC.StatxBuffer _status;

    internal TreeEntry(in LibC.StatxBuffer status) => _status = status;

    public TreeEntryType Type => (TreeEntryType)(_status.Mode & TypeMask);

    /// <summary>The lower twelve bits of the mode.</summary>
    public uint Permissions => _status.Mode & 0xfffu;

    public uint Uid => _status.Uid;

    public uint Gid => _status.Gid;

    /// <summary>Bytes of a regular file.</summary>
    public long Size => (long)_status.Size;

    public long ModifiedSeconds => _status.ModifySeconds;

    public uint ModifiedNanoseconds => _status.ModifyNanoseconds;

    /// <summary>Names that the file has.</summary>
    public uint Links => _status.Links;

    /// <summary>Of the device that the node stands for.</summary>
    public uint DeviceMajor => _status.DeviceMajor;

    public uint DeviceMinor => _status.DeviceMinor;

    /// <summary>What a copy of the file is given; attributes that overlayfs keeps for itself are not.</summary>
    public FileMetadata MetadataWith(IEnumerable<ExtendedAttribute> attributes) =>
        new(Permissions, Uid, Gid, ModifiedSeconds, ModifiedNanoseconds, [.. attributes.Where(attribute => !attribute.IsOverlays)]);

    public FileIdentity Identity => new(_status.FileSystemMajor, _status.FileSystemMinor, _status.Inode);
}

/// <summary>S_IFMT (inode(7)).</summary>
public enum TreeEntryType
{
    Fifo = 0x1000,
    CharacterDevice = 0x2000,
    Directory = 0x4000,
    BlockDevice = 0x6000,
    Regular = 0x8000,
    SymbolicLink = 0xa000,
    Socket = 0xc000,
}
