using System.Runtime.InteropServices;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Files;

/// <summary>What makes a file itself, whatever its names: its filesystem and its inode.</summary>
public readonly record struct FileIdentity(uint FileSystemMajor, uint FileSystemMinor, ulong Inode)
{
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH

    /// <returns>Null when there is no such file.</returns>
    public static FileIdentity? Of(string path) =>
        LibC.Statx(LibC.AT_FDCWD, path, LibC.AT_SYMLINK_NOFOLLOW, LibC.STATX_BASIC_STATS, out LibC.StatxBuffer status) == 0 ? From(status) : null;

    /// <exception cref="LinuxException"/>
    public static FileIdentity Of(SafeHandle file)
    {
        bool held = false;
        try
        {
            file.DangerousAddRef(ref held);
            return LibC.Statx(file.DangerousGetHandle(), "", EmptyPath, LibC.STATX_BASIC_STATS, out LibC.StatxBuffer status) == 0
                ? From(status)
                : throw new LinuxException("stat", "", ErrnoExtensions.Last);
        }
        finally
        {
            if (held)
            {
                file.DangerousRelease();
            }
        }
    }

    private static FileIdentity From(in LibC.StatxBuffer status) => new(status.FileSystemMajor, status.FileSystemMinor, status.Inode);
}
