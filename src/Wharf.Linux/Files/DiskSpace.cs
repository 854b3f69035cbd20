using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Files;

/// <summary>Space on disk that nobody else can take (fallocate(2)).</summary>
public static class DiskSpace
{
    private const int FALLOC_FL_KEEP_SIZE = 1;

    /// <summary>Gives a file the blocks it needs to grow to <paramref name="size"/>; its length stays as it is.</summary>
    /// <returns>False when the file system cannot, or has no more.</returns>
    public static bool TryReserve(SafeFileHandle file, long size)
    {
        while (LibC.Allocate(file, FALLOC_FL_KEEP_SIZE, 0, size) != 0)
        {
            if (ErrnoExtensions.Last != Errno.EINTR)
            {
                return false;
            }
        }

        return true;
    }
}
