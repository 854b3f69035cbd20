using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wharf.Linux.Syscalls;

/// <summary>bpf(2), which libc has no function for.</summary>
internal static partial class LibC
{
    internal static nint SYS_bpf => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 280 : 321;

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial SafeFileHandle BpfOpen(nint number, nint command, nint attributes, nint size);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint Bpf(nint number, nint command, nint attributes, nint size);
}
