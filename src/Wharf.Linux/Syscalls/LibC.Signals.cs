using System.Runtime.InteropServices;

namespace Wharf.Linux.Syscalls;

/// <summary>signal(2).</summary>
internal static partial class LibC
{
    [LibraryImport(Library, EntryPoint = "signal", SetLastError = true)]
    internal static partial nint SetSignalHandler(int signal, nint handler);
}
