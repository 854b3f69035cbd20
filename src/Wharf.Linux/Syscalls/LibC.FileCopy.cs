using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wharf.Linux.Syscalls;

/// <summary>copy_file_range(2).</summary>
internal static partial class LibC
{
    /// <param name="fromOffset">Null pointer: from where the file stands.</param>
    [LibraryImport(Library, EntryPoint = "copy_file_range", SetLastError = true)]
    internal static partial nint CopyFileRange(SafeFileHandle from, nint fromOffset, SafeFileHandle to, nint toOffset, nint length, uint flags);
}
