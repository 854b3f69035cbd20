using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Processes;

/// <summary>Namespaces to make for a child (CLONE_NEW* of clone(2)).</summary>
[Flags]
public enum NamespaceFlags : ulong
{
    None = 0,
    Time = 0x80,
    Mount = 0x2_0000,
    Cgroup = 0x200_0000,
    Uts = 0x400_0000,
    Ipc = 0x800_0000,
    User = 0x1000_0000,
    Pid = 0x2000_0000,
    Network = 0x4000_0000,
}

/// <summary>A process made with clone3(2) that executes a <see cref="ChildProgram"/>.</summary>
public sealed unsafe class ChildProcess : IDisposable
{
    private const ulong ClonePidFd = 0x1000;
    private const ulong CloneIntoCgroup = 0x2_0000_0000; // Linux 5.7

    private ChildProcess(int pid, SafeFileHandle pidFd)
    {
        Pid = pid;
        PidFd = pidFd;
    }

    /// <summary>In the caller's pid namespace.</summary>
    public int Pid { get; }

    /// <summary>Becomes readable when the process ends.</summary>
    public SafeFileHandle PidFd { get; }

    /// <summary>
    /// Makes the child. It has a copy of this process's memory and descriptors and just one thread; until its execve it executes nothing but
    /// <paramref name="program"/>.
    /// </summary>
    /// <param name="program">Sealed by this call.</param>
    /// <param name="cgroup">Directory of the version 2 cgroup that it is born into; the caller's own when null.</param>
    /// <param name="report">Close-on-exec pipe or socket on which a failed step is written as two 32-bit words.</param>
    /// <exception cref="LinuxException">clone3 failed, for example for want of a namespace.</exception>
    public static ChildProcess Start(ChildProgram program, NamespaceFlags namespaces, SafeFileHandle? cgroup, SafeFileHandle report)
    {
        program.Seal();
        nint* slots = (nint*)NativeMemory.AllocZeroed((nuint)(program.SlotCount + 1), (nuint)sizeof(nint));
        int* record = (int*)NativeMemory.AllocZeroed(2 * sizeof(int));
        int pidFd = -1;
        var arguments = new LibC.CloneArguments
        {
            Flags = (ulong)namespaces | ClonePidFd | (cgroup is null ? 0 : CloneIntoCgroup),
            PidFd = (ulong)&pidFd,
            ExitSignal = LibC.SIGCHLD,
            Cgroup = cgroup is null ? 0 : (ulong)cgroup.DangerousGetHandle(),
        };
        int reportDescriptor = (int)report.DangerousGetHandle();
        Instruction* instructions = program.Instructions;
        nint write = SyscallNumber.Write;
        nint exit = SyscallNumber.ExitGroup;
        nint mask = SyscallNumber.RtSigProcMask;
        ulong all = ulong.MaxValue;
        ulong before;

        // A signal in the child before its execve would run the runtime's handler in a process without the runtime's threads.
        LibC.RawSyscall(mask, LibC.SIG_SETMASK, (nint)(&all), (nint)(&before), sizeof(ulong), 0, 0);
        nint pid = LibC.RawSyscall(SyscallNumber.Clone3, (nint)(&arguments), sizeof(LibC.CloneArguments), 0, 0, 0, 0);
        if (pid == 0)
        {
            ChildInterpreter.Run(instructions, slots, reportDescriptor, record, write, exit);
        }

        int errno = pid < 0 ? *LibC.ErrnoLocation() : 0;
        LibC.RawSyscall(mask, LibC.SIG_SETMASK, (nint)(&before), 0, sizeof(ulong), 0, 0);
        NativeMemory.Free(slots);
        NativeMemory.Free(record);
        GC.KeepAlive(report);
        GC.KeepAlive(cgroup);
        return pid > 0
            ? new ChildProcess((int)pid, new SafeFileHandle(pidFd, ownsHandle: true))
            : throw new LinuxException("clone3", namespaces.ToString(), (Errno)errno);
    }

    public void Dispose() => PidFd.Dispose();
}
