using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wharf.Linux.Syscalls;

/// <summary>Processes by descriptor: pidfd_open(2), pidfd_send_signal(2), waitid(2).</summary>
internal static unsafe partial class LibC
{
    internal const int P_PIDFD = 3;
    internal const int WNOHANG = 1;
    internal const int WEXITED = 4;
    internal const int CLD_EXITED = 1;
    internal const int PR_SET_CHILD_SUBREAPER = 36;

    private const nint SYS_pidfd_send_signal = 424;
    private const nint SYS_pidfd_open = 434;

    internal static SafeFileHandle OpenPidFd(int pid) => SyscallPidFdOpen(SYS_pidfd_open, pid, 0);

    internal static int SignalPidFd(SafeFileHandle process, int signal) =>
        (int)SyscallPidFdSendSignal(SYS_pidfd_send_signal, process, signal, null, 0);

    [LibraryImport(Library, EntryPoint = "waitid", SetLastError = true)]
    internal static partial int WaitId(int type, SafeFileHandle process, byte* information, int options);

    [LibraryImport(Library, EntryPoint = "signal", SetLastError = true)]
    internal static partial nint SetSignalHandler(int signal, nint handler);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial SafeFileHandle SyscallPidFdOpen(nint number, nint pid, nint flags);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SyscallPidFdSendSignal(nint number, SafeFileHandle process, nint signal, void* information, nint flags);
}
