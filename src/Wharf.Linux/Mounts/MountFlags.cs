namespace Wharf.Linux.Mounts;

/// <summary>Attributes of a mount (MOUNT_ATTR_*, mount_setattr(2)).</summary>
[Flags]
public enum MountFlags : ulong
{
    None = 0,
    ReadOnly = 0x1,
    NoSuid = 0x2,
    NoDev = 0x4,
    NoExec = 0x8,
    NoAccessTime = 0x10,
    StrictAccessTime = 0x20,
    AccessTimeMask = 0x70,
    NoDirectoryAccessTime = 0x80,
    NoSymbolicLinkFollow = 0x20_0000,
}

/// <summary>Flags of mount(2) that the new interface has no other word for.</summary>
public static class MountPropagation
{
    public const ulong Bind = 1 << 12;
    public const ulong Move = 1 << 13;
    public const ulong Recursive = 1 << 14;
    public const ulong Unbindable = 1 << 17;
    public const ulong Private = 1 << 18;
    public const ulong Slave = 1 << 19;
    public const ulong Shared = 1 << 20;
}
