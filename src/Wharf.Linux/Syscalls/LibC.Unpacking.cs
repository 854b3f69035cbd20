using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wharf.Linux.Syscalls;

/// <summary>What writing a tree of files needs beyond <c>LibC.Metadata.cs</c>: metadata by descriptor, byte paths for openat2(2), syncfs(2).</summary>
internal static partial class LibC
{
    internal static SafeFileHandle OpenAt2(SafeFileHandle directory, ref byte path, in OpenHow how) =>
        SyscallOpenAt2(SYS_openat2, directory, ref path, in how, Unsafe.SizeOf<OpenHow>());

    [LibraryImport(Library, EntryPoint = "fchmod", SetLastError = true)]
    internal static partial int ChangeMode(SafeFileHandle file, uint mode);

    [LibraryImport(Library, EntryPoint = "fchown", SetLastError = true)]
    internal static partial int ChangeOwner(SafeFileHandle file, uint uid, uint gid);

    [LibraryImport(Library, EntryPoint = "futimens", SetLastError = true)]
    internal static partial int SetTimes(SafeFileHandle file, in FileTimes times);

    [LibraryImport(Library, EntryPoint = "ftruncate", SetLastError = true)]
    internal static partial int Truncate(SafeFileHandle file, long length);

    [LibraryImport(Library, EntryPoint = "lseek", SetLastError = true)]
    internal static partial long Seek(SafeFileHandle file, long offset, int whence);

    [LibraryImport(Library, EntryPoint = "syncfs", SetLastError = true)]
    internal static partial int SyncFileSystem(SafeFileHandle file);

    /// <summary>lsetxattr(2): of a link itself, which has no descriptor that extended attributes can be set by.</summary>
    [LibraryImport(Library, EntryPoint = "lsetxattr", SetLastError = true)]
    internal static partial int SetAttributeOfPath(ref byte path, ref byte name, ref byte value, nint size, int flags);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial SafeFileHandle SyscallOpenAt2(nint number, SafeFileHandle directory, ref byte path, in OpenHow how, nint size);
}
