using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Files;

/// <summary>syncfs(2): everything of a file system at once, which costs far less than each file by itself.</summary>
public static class FileSystemSync
{
    /// <summary>Brings to disk what has been written to the file system that holds <paramref name="directory"/>.</summary>
    /// <exception cref="LinuxException"/>
    public static void Sync(string directory)
    {
        using SafeFileHandle handle = LibC.Open(directory, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        if (handle.IsInvalid || LibC.SyncFileSystem(handle) != 0)
        {
            throw new LinuxException("syncfs", directory, ErrnoExtensions.Last);
        }
    }
}
