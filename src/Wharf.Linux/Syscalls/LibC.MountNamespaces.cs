using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wharf.Linux.Syscalls;

/// <summary>What making and entering a mount namespace takes: mount_namespaces(7), pivot_root(2).</summary>
internal static partial class LibC
{
    internal const int NewMountNamespace = 0x2_0000;

    /// <summary>CLONE_FS: root and working directory, which threads share until they say otherwise.</summary>
    internal const int OwnRootAndDirectory = 0x200;
    internal const ulong MS_REC = 1 << 14;

    internal static int PivotRoot(string newRoot, string putOld) => (int)SyscallPivotRoot(SyscallNumber.PivotRoot, newRoot, putOld);

    [LibraryImport(Library, EntryPoint = "fchdir", SetLastError = true)]
    internal static partial int ChangeDirectory(SafeFileHandle directory);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint SyscallPivotRoot(nint number, string newRoot, string putOld);
}
