using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wharf.Linux.Syscalls;

/// <summary>What making, entering and recognising a network namespace takes: network_namespaces(7).</summary>
internal static unsafe partial class LibC
{
    internal const int NewNetworkNamespace = 0x4000_0000;
    internal const long NamespaceFileSystem = 0x6e73_6673;

    [LibraryImport(Library, EntryPoint = "unshare", SetLastError = true)]
    internal static partial int UnshareThread(int flags);

    [LibraryImport(Library, EntryPoint = "setns", SetLastError = true)]
    internal static partial int EnterNamespace(SafeFileHandle descriptor, int type);

    /// <param name="buffer">struct statfs: 120 bytes, of which the first word is the type.</param>
    [LibraryImport(Library, EntryPoint = "statfs", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int FileSystemOf(string path, long* buffer);
}
