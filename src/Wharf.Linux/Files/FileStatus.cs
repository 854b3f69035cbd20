using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Files;

public enum FileType
{
    Other,
    Regular,
    Directory,
    SymbolicLink,
    CharacterDevice,
    BlockDevice,
}

/// <summary>What the kernel knows of a file, without following a link.</summary>
/// <param name="Permissions">The lower twelve bits of the mode.</param>
/// <param name="DeviceMajor">Of the device that the node stands for.</param>
public sealed record FileStatus(
    FileType Type, uint Permissions, uint Uid, uint Gid, uint DeviceMajor, uint DeviceMinor, uint Links, ulong Inode, long Size)
{
    private const int TypeMask = 0xf000; // S_IFMT

    /// <exception cref="LinuxException"/>
    public static FileStatus Of(string path) => TryGet(path, out FileStatus? status, out Errno errno)
        ? status!
        : throw new LinuxException("stat", path, errno);

    public static bool TryGet(string path, out FileStatus? status, out Errno errno)
    {
        int result = LibC.Statx(LibC.AT_FDCWD, path, LibC.AT_SYMLINK_NOFOLLOW, LibC.STATX_BASIC_STATS, out LibC.StatxBuffer raw);
        errno = result == 0 ? Errno.None : ErrnoExtensions.Last;
        status = result != 0 ? null : new FileStatus(
            TypeOf(raw.Mode), raw.Mode & 0xfffu, raw.Uid, raw.Gid, raw.DeviceMajor, raw.DeviceMinor, raw.Links, raw.Inode, (long)raw.Size);
        return result == 0;
    }

    /// <summary>True of both ends of a pipe.</summary>
    public static bool IsPipe(SafeFileHandle file) =>
        LibC.StatxOf(file, "", LibC.AT_EMPTY_PATH, LibC.STATX_BASIC_STATS, out LibC.StatxBuffer raw) == 0 && (raw.Mode & TypeMask) == 0x1000;

    private static FileType TypeOf(ushort mode) => (mode & TypeMask) switch
    {
        0x8000 => FileType.Regular,
        0x4000 => FileType.Directory,
        0xa000 => FileType.SymbolicLink,
        0x2000 => FileType.CharacterDevice,
        0x6000 => FileType.BlockDevice,
        _ => FileType.Other,
    };
}
