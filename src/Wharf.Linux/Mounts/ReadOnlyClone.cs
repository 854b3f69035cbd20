using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Mounts;

/// <summary>
/// A file seen through a read-only mount of its own that is attached nowhere (open_tree(2), mount_setattr(2); Linux 5.12). Whoever opens it by
/// a magic link, such as <c>/proc/PID/exe</c> of a program started from it, can read it but not write, with whatever rights.
/// </summary>
public static class ReadOnlyClone
{
    /// <returns>Opened as by O_PATH.</returns>
    /// <exception cref="LinuxException"/>
    public static SafeFileHandle Of(string path)
    {
        SafeFileHandle mount = LibC.CloneMount(path);
        if (mount.IsInvalid || LibC.MountSetAttributes(mount, new LibC.MountAttributes { Set = LibC.MOUNT_ATTR_RDONLY }) != 0)
        {
            Errno errno = ErrnoExtensions.Last;
            mount.Dispose();
            throw new LinuxException("open a read-only mount", path, errno);
        }

        return mount;
    }
}
