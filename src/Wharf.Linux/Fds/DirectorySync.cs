using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Fds;

/// <summary>
/// A name is on disk only once its directory is: fsync(2) of a file "does not necessarily ensure that the entry in the directory containing
/// the file has also reached disk".
/// </summary>
public static class DirectorySync
{
    /// <summary>Makes the names in <paramref name="directory"/> durable: call after the rename.</summary>
    /// <exception cref="LinuxException"/>
    public static void Sync(string directory)
    {
        using SafeFileHandle handle = LibC.OpenDirectory(directory, LibC.ReadOnlyCloseOnExec);
        if (handle.IsInvalid)
        {
            throw new LinuxException("open", directory, (Errno)Marshal.GetLastPInvokeError());
        }

        if (LibC.Fsync(handle) != 0)
        {
            throw new LinuxException("fsync", directory, (Errno)Marshal.GetLastPInvokeError());
        }
    }
}
