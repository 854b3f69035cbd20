using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wharf.Linux.Syscalls;

/// <summary>Making files and setting what is known of them, by directory descriptor and name.</summary>
internal static partial class LibC
{
    internal const int O_WRONLY = 1;
    internal const int O_CREAT = 0x40;
    internal const int O_EXCL = 0x80;

    [LibraryImport(Library, EntryPoint = "openat", SetLastError = true)]
    internal static partial SafeFileHandle CreateAt(SafeFileHandle directory, ref byte name, int flags, uint mode);

    [LibraryImport(Library, EntryPoint = "mkdirat", SetLastError = true)]
    internal static partial int MakeDirectoryAt(SafeFileHandle directory, ref byte name, uint mode);

    [LibraryImport(Library, EntryPoint = "mknodat", SetLastError = true)]
    internal static partial int MakeNodeAt(SafeFileHandle directory, ref byte name, uint mode, ulong device);

    [LibraryImport(Library, EntryPoint = "symlinkat", SetLastError = true)]
    internal static partial int SymbolicLinkAt(ref byte target, SafeFileHandle directory, ref byte name);

    [LibraryImport(Library, EntryPoint = "readlinkat", SetLastError = true)]
    internal static partial nint ReadLinkAt(SafeFileHandle directory, ref byte name, ref byte buffer, nint size);

    [LibraryImport(Library, EntryPoint = "linkat", SetLastError = true)]
    internal static partial int LinkAt(SafeFileHandle from, ref byte name, SafeFileHandle to, ref byte newName, int flags);

    [LibraryImport(Library, EntryPoint = "fchownat", SetLastError = true)]
    internal static partial int ChangeOwnerAt(SafeFileHandle directory, ref byte name, uint uid, uint gid, int flags);

    [LibraryImport(Library, EntryPoint = "fchmodat", SetLastError = true)]
    internal static partial int ChangeModeAt(SafeFileHandle directory, ref byte name, uint mode, int flags);

    [LibraryImport(Library, EntryPoint = "utimensat", SetLastError = true)]
    internal static partial int SetTimesAt(SafeFileHandle directory, ref byte name, in FileTimes times, int flags);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true)]
    internal static partial int StatxAt(SafeFileHandle directory, ref byte name, int flags, uint mask, out StatxBuffer status);

    [LibraryImport(Library, EntryPoint = "flistxattr", SetLastError = true)]
    internal static partial nint ListAttributes(SafeFileHandle file, ref byte buffer, nint size);

    [LibraryImport(Library, EntryPoint = "fgetxattr", SetLastError = true)]
    internal static partial nint GetAttribute(SafeFileHandle file, ref byte name, ref byte buffer, nint size);

    [LibraryImport(Library, EntryPoint = "fsetxattr", SetLastError = true)]
    internal static partial int SetAttribute(SafeFileHandle file, ref byte name, ref byte value, nint size, int flags);

    /// <summary>Two struct timespec: access, then modification.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct FileTimes
    {
        internal long AccessSeconds;
        internal long AccessNanoseconds;
        internal long ModifySeconds;
        internal long ModifyNanoseconds;
    }
}
