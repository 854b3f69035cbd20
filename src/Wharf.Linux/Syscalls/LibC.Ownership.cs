using System.Runtime.InteropServices;

namespace Wharf.Linux.Syscalls;

/// <summary>chown(2).</summary>
internal static partial class LibC
{
    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int lchown(string path, uint owner, uint group);
}
