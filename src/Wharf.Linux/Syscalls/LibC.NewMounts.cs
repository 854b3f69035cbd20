using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wharf.Linux.Syscalls;

/// <summary>The mount API of Linux 5.2 and later (by number: glibc has had wrappers only since 2.36), mount(2) and umount2(2).</summary>
internal static partial class LibC
{
    internal const int FSOPEN_CLOEXEC = 1;
    internal const int FSMOUNT_CLOEXEC = 1;
    internal const int FSCONFIG_SET_FLAG = 0;
    internal const int FSCONFIG_SET_STRING = 1;
    internal const int FSCONFIG_CMD_CREATE = 6;
    internal const int MOVE_MOUNT_F_EMPTY_PATH = 4;
    internal const int MOVE_MOUNT_T_EMPTY_PATH = 0x40;
    internal const int AT_EMPTY_PATH = 0x1000;
    internal const int AT_FDCWD = -100;
    internal const ulong MS_BIND = 1 << 12;
    internal const ulong MS_PRIVATE = 1 << 18;
    internal const int MNT_DETACH = 2;
    internal const int UMOUNT_NOFOLLOW = 8;

    internal const ulong MOUNT_ATTR_RDONLY = 1;

    private const nint SYS_open_tree = 428;
    private const nint SYS_move_mount = 429;
    private const nint SYS_fsopen = 430;
    private const nint SYS_fsconfig = 431;
    private const nint SYS_fsmount = 432;
    private const nint SYS_mount_setattr = 442;

    /// <summary>OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC: a copy of the mount that a path is on, from that path down, attached nowhere.</summary>
    /// <param name="withThoseBelow">AT_RECURSIVE: also what is mounted further down.</param>
    internal static SafeFileHandle CloneMount(string path, bool withThoseBelow = false) =>
        SyscallOpenTree(SYS_open_tree, AT_FDCWD, path, 1 | O_CLOEXEC | (withThoseBelow ? 0x8000 : 0));

    internal static SafeFileHandle FsOpen(string type, int flags) => SyscallFsOpen(SYS_fsopen, type, flags);

    internal static int FsConfig(SafeFileHandle fs, int command, string? key, string? value) =>
        (int)SyscallFsConfig(SYS_fsconfig, fs, command, key, value, 0);

    internal static SafeFileHandle FsMount(SafeFileHandle fs, int flags, int attributes) =>
        SyscallFsMount(SYS_fsmount, fs, flags, attributes);

    /// <summary>Attaches a detached mount at a path.</summary>
    internal static int MoveMount(SafeFileHandle mount, string target) =>
        (int)SyscallMoveMount(SYS_move_mount, mount, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH);

    /// <summary>Attaches a detached mount at an open file or directory.</summary>
    internal static int MoveMount(SafeFileHandle mount, SafeFileHandle target) =>
        (int)SyscallMoveMountTo(SYS_move_mount, mount, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);

    internal static int MountSetAttributes(SafeFileHandle mount, in MountAttributes attributes) =>
        (int)SyscallMountSetattr(SYS_mount_setattr, mount, "", AT_EMPTY_PATH, in attributes, Unsafe.SizeOf<MountAttributes>());

    [LibraryImport(Library, EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ClassicMount(string source, string target, string? type, ulong flags, string? data);

    [LibraryImport(Library, EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Unmount(string target, int flags);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle SyscallOpenTree(nint number, nint directory, string path, nint flags);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle SyscallFsOpen(nint number, string type, nint flags);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint SyscallFsConfig(nint number, SafeFileHandle fs, nint command, string? key, string? value, nint aux);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial SafeFileHandle SyscallFsMount(nint number, SafeFileHandle fs, nint flags, nint attributes);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint SyscallMoveMount(nint number, SafeFileHandle from, string fromPath, nint to, string toPath, nint flags);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint SyscallMoveMountTo(nint number, SafeFileHandle from, string fromPath, SafeFileHandle to, string toPath, nint flags);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint SyscallMountSetattr(
        nint number, SafeFileHandle mount, string path, nint flags, in MountAttributes attributes, nint size);

    /// <summary>struct mount_attr (linux/mount.h).</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct MountAttributes
    {
        internal ulong Set;
        internal ulong Clear;
        internal ulong Propagation;
        internal ulong UserNamespace;
    }
}
