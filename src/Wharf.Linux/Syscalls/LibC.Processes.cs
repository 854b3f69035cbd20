using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wharf.Linux.Syscalls;

/// <summary>clone3(2), waitid(2), pidfd_open(2), and the raw system call that a child may make.</summary>
internal static partial class LibC
{
    internal const int P_PIDFD = 3;
    internal const int WNOHANG = 1;
    internal const int WEXITED = 4;
    internal const int CLD_EXITED = 1;
    internal const int SIG_SETMASK = 2;
    internal const int SIGCHLD = 17;
    internal const int O_RDWR = 2;
    internal const int O_NOCTTY = 0x100;
    internal const int X_OK = 1;
    internal const ulong RESOLVE_NO_XDEV = 0x01;
    internal const ulong RESOLVE_BENEATH = 0x08;
    internal const int AT_EACCESS = 0x200;

    /// <summary>syscall(2). No transition to native code is recorded: only for code that the collector never sees waiting.</summary>
    [LibraryImport(Library, EntryPoint = "syscall")]
    [SuppressGCTransition]
    internal static partial nint RawSyscall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    [LibraryImport(Library, EntryPoint = "getrlimit64", SetLastError = true)]
    internal static partial int GetResourceLimit(int resource, out ResourceLimits limits);

    [LibraryImport(Library, EntryPoint = "__errno_location")]
    [SuppressGCTransition]
    internal static unsafe partial int* ErrnoLocation();

    [LibraryImport(Library, EntryPoint = "waitid", SetLastError = true)]
    internal static partial int WaitId(int idType, SafeFileHandle pidfd, out SignalInfo info, int options);

    /// <summary>The part of siginfo_t that waitid(2) fills in; the structure has 128 bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    internal struct SignalInfo
    {
        [FieldOffset(0)]
        internal int Signal;

        [FieldOffset(8)]
        internal int Code;

        [FieldOffset(16)]
        internal int Pid;

        [FieldOffset(24)]
        internal int Status;
    }

    /// <summary>struct clone_args (clone(2)), as of Linux 5.7.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct CloneArguments
    {
        internal ulong Flags;
        internal ulong PidFd;
        internal ulong ChildTid;
        internal ulong ParentTid;
        internal ulong ExitSignal;
        internal ulong Stack;
        internal ulong StackSize;
        internal ulong Tls;
        internal ulong SetTid;
        internal ulong SetTidSize;
        internal ulong Cgroup;
    }

    /// <summary>struct rlimit64.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ResourceLimits
    {
        internal ulong Soft;
        internal ulong Hard;
    }
}
