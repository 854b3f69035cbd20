using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Mounts;

/// <summary>Layers laid over one another (Documentation/filesystems/overlayfs.rst).</summary>
public static class OverlayMount
{
    private const long OverlayMagic = 0x794c7630;

    // A layer shared by many containers could have an inode index with one of them only; and without redirects and metadata-only copies the
    // upper directory is a complete image layer by itself.
    private static readonly (string Key, string Value)[] Fixed = [("index", "off"), ("metacopy", "off"), ("redirect_dir", "off")];

    /// <summary>
    /// Mounts <paramref name="lower"/>, topmost first, with <paramref name="upper"/> above them at <paramref name="target"/>. The mount is
    /// private: it neither travels to other mount namespaces nor is held by them.
    /// </summary>
    /// <param name="isVolatile">Skip all syncing: for an upper directory that nobody needs after a crash (Linux 5.10).</param>
    /// <exception cref="LinuxException"/>
    public static void Mount(IReadOnlyList<string> lower, string upper, string work, string target, bool isVolatile) =>
        MountAny(lower, (upper, work), target, isVolatile);

    /// <summary>Mounts two or more directories, topmost first, for reading only.</summary>
    /// <exception cref="LinuxException"/>
    public static void MountReadOnly(IReadOnlyList<string> lower, string target) => MountAny(lower, null, target, isVolatile: false);

    private static void MountAny(IReadOnlyList<string> lower, (string Upper, string Work)? writable, string target, bool isVolatile)
    {
        using SafeFileHandle? mount = TryCreate(lower, writable, target, isVolatile, attributes: 0);
        if (mount is null)
        {
            MountClassic(lower, writable, target, isVolatile);
            return;
        }

        Check(LibC.MoveMount(mount, target) == 0, target);

        // Below a shared mount (systemd makes / one) a new mount becomes shared too.
        Check(LibC.MountSetAttributes(mount, new LibC.MountAttributes { Propagation = LibC.MS_PRIVATE }) == 0, target);
    }

    /// <summary>
    /// Lays <paramref name="lower"/>, topmost first and two at least, over one another to be read only. Mounted nowhere: it is gone with its handle.
    /// </summary>
    /// <param name="scratch">An empty directory, for kernels that can mount on a directory only; the mount does not stay there.</param>
    /// <exception cref="LinuxException"/>
    public static SafeFileHandle OpenReadOnly(IReadOnlyList<string> lower, string scratch)
    {
        if (TryCreate(lower, null, scratch, isVolatile: false, LibC.MOUNT_ATTR_RDONLY) is { } mount)
        {
            return mount;
        }

        MountClassic(lower, null, scratch, isVolatile: false);
        SafeFileHandle root = LibC.Open(scratch, LibC.O_PATH | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        Errno errno = ErrnoExtensions.Last;
        MountTable.Detach(scratch);
        return root.IsInvalid ? throw new LinuxException("open", scratch, errno) : root;
    }

    /// <summary>True when the file system at <paramref name="path"/> is an overlay itself, which cannot carry an upper directory.</summary>
    /// <exception cref="LinuxException"/>
    public static bool IsOverlay(string path)
    {
        using SafeFileHandle handle = LibC.Open(path, LibC.O_PATH | LibC.O_CLOEXEC);
        return handle.IsInvalid || LibC.FStatFs(handle, out LibC.StatFs status) != 0
            ? throw new LinuxException("statfs", path, ErrnoExtensions.Last)
            : status.Type == OverlayMagic;
    }

    /// <summary>The new mount, attached nowhere yet.</summary>
    /// <param name="target">For messages.</param>
    /// <param name="attributes">MOUNT_ATTR_…</param>
    /// <returns>Null on a kernel that takes many layers by mount(2) only.</returns>
    private static SafeFileHandle? TryCreate(
        IReadOnlyList<string> lower, (string Upper, string Work)? writable, string target, bool isVolatile, ulong attributes)
    {
        using SafeFileHandle fs = LibC.FsOpen("overlay", LibC.FSOPEN_CLOEXEC);
        Check(!fs.IsInvalid, target);
        if (!TryAddLowerDirectories(fs, lower, target))
        {
            return null;
        }

        if (writable is { } directories)
        {
            Set(fs, "upperdir", directories.Upper, target);
            Set(fs, "workdir", directories.Work, target);
        }

        foreach ((string key, string value) in Fixed)
        {
            Set(fs, key, value, target);
        }

        if (isVolatile)
        {
            Check(LibC.FsConfig(fs, LibC.FSCONFIG_SET_FLAG, "volatile", null) == 0, target);
        }

        Check(LibC.FsConfig(fs, LibC.FSCONFIG_CMD_CREATE, null, null) == 0, target);
        SafeFileHandle mount = LibC.FsMount(fs, LibC.FSMOUNT_CLOEXEC, (int)attributes);
        Check(!mount.IsInvalid, target);
        return mount;
    }

    /// <summary>One layer at a time, since Linux 6.7; false on an older kernel.</summary>
    private static bool TryAddLowerDirectories(SafeFileHandle fs, IReadOnlyList<string> lower, string target)
    {
        for (int i = 0; i < lower.Count; i++)
        {
            if (LibC.FsConfig(fs, LibC.FSCONFIG_SET_STRING, "lowerdir+", lower[i]) != 0)
            {
                Errno errno = ErrnoExtensions.Last;
                return i == 0 && errno == Errno.EINVAL
                    ? false
                    : throw new LinuxException($"add layer {lower[i]} to overlay", target, errno);
            }
        }

        return true;
    }

    /// <summary>
    /// mount(2) takes one page of options: 127 full paths would not fit, their descriptors' names do, and need no escaping of commas and colons.
    /// </summary>
    private static void MountClassic(IReadOnlyList<string> lower, (string Upper, string Work)? writable, string target, bool isVolatile)
    {
        List<SafeFileHandle> handles = [];
        try
        {
            foreach (string directory in writable is { } above ? [.. lower, above.Upper, above.Work] : lower)
            {
                SafeFileHandle handle = LibC.Open(directory, LibC.O_PATH | LibC.O_CLOEXEC);
                handles.Add(handle);
                Check(!handle.IsInvalid, directory);
            }

            string[] paths = [.. handles.Select(handle => "/proc/self/fd/" + handle.DangerousGetHandle().ToString(CultureInfo.InvariantCulture))];
            string data = $"lowerdir={string.Join(':', paths[..lower.Count])}"
                + (writable is null ? "" : $",upperdir={paths[^2]},workdir={paths[^1]}")
                + string.Concat(Fixed.Select(option => $",{option.Key}={option.Value}")) + (isVolatile ? ",volatile" : "");
            Check(LibC.ClassicMount("overlay", target, "overlay", 0, data) == 0, target);
            Check(LibC.ClassicMount("none", target, null, LibC.MS_PRIVATE, null) == 0, target);
        }
        finally
        {
            handles.ForEach(handle => handle.Dispose());
        }
    }

    private static void Set(SafeFileHandle fs, string key, string value, string target) =>
        Check(LibC.FsConfig(fs, LibC.FSCONFIG_SET_STRING, key, value) == 0, target);

    private static void Check(bool good, string target)
    {
        if (!good)
        {
            throw new LinuxException("mount overlay on", target, (Errno)Marshal.GetLastPInvokeError());
        }
    }
}
