using System.Runtime.InteropServices;

namespace Wharf.Linux.Syscalls;

/// <summary>Extended attributes of links and nodes, which have no descriptor to be asked by: llistxattr(2), lgetxattr(2).</summary>
internal static partial class LibC
{
    [LibraryImport(Library, EntryPoint = "llistxattr", SetLastError = true)]
    internal static partial nint ListAttributesOfPath(ref byte path, ref byte buffer, nint size);

    [LibraryImport(Library, EntryPoint = "lgetxattr", SetLastError = true)]
    internal static partial nint GetAttributeOfPath(ref byte path, ref byte name, ref byte buffer, nint size);
}
