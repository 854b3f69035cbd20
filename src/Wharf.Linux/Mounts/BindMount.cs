using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Files;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Mounts;

/// <summary>A file or directory of the host over one of a root that is somebody else's (open_tree(2), move_mount(2); Linux 5.12).</summary>
public static class BindMount
{
    /// <param name="target">Path below <paramref name="root"/>, looked up as it is there; made when it is missing.</param>
    /// <param name="withThoseBelow">Also what is mounted below <paramref name="source"/>.</param>
    /// <exception cref="LinuxException"/>
    public static void Attach(string source, RootedDirectory root, string target, bool readOnly, bool withThoseBelow)
    {
        using SafeFileHandle mount = LibC.CloneMount(source, withThoseBelow);
        Check(!mount.IsInvalid, source);
        var attributes = new LibC.MountAttributes { Set = readOnly ? LibC.MOUNT_ATTR_RDONLY : 0, Propagation = LibC.MS_PRIVATE };
        Check(LibC.MountSetAttributes(mount, in attributes) == 0, source);
        using SafeFileHandle place = root.OpenMountPoint(target, Directory.Exists(source));
        Check(LibC.MoveMount(mount, place) == 0, target);
    }

    private static void Check(bool good, string what)
    {
        if (!good)
        {
            throw new LinuxException("bind", what, ErrnoExtensions.Last);
        }
    }
}
