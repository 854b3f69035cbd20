using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Processes;

/// <summary>A process held by descriptor (pidfd_open(2)): its number cannot come to mean another one.</summary>
public static unsafe class ProcessDescriptor
{
    private const int SignalExitBase = 128;

    /// <exception cref="LinuxException">ESRCH when there is no such process.</exception>
    public static SafeFileHandle Open(int pid)
    {
        SafeFileHandle process = LibC.OpenPidFd(pid);
        if (process.IsInvalid)
        {
            Errno errno = ErrnoExtensions.Last;
            throw new LinuxException("pidfd_open", $"{pid}", errno);
        }

        return process;
    }

    /// <returns>False when it has gone already.</returns>
    public static bool Signal(SafeFileHandle process, int signal)
    {
        if (LibC.SignalPidFd(process, signal) == 0)
        {
            return true;
        }

        Errno errno = ErrnoExtensions.Last;
        return errno == Errno.ESRCH ? false : throw new LinuxException($"send signal {signal} to", "process", errno);
    }

    /// <summary>Reaps a child of this process if it has ended.</summary>
    /// <returns>Its exit code, 128 and the signal's number when it was killed by one; null while it runs.</returns>
    public static int? TryReap(SafeFileHandle child)
    {
        const int InformationBytes = 128; // siginfo_t: signo, errno, code, then at 16 pid, uid, status
        byte* information = stackalloc byte[InformationBytes];
        var bytes = new Span<byte>(information, InformationBytes);
        bytes.Clear();

        // SAFETY: the buffer has the size of siginfo_t.
        if (LibC.WaitId(LibC.P_PIDFD, child, information, LibC.WEXITED | LibC.WNOHANG) != 0)
        {
            Errno errno = ErrnoExtensions.Last;
            throw new LinuxException("waitid", "process", errno);
        }

        int code = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        int status = BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]);
        return code switch
        {
            0 => null,
            LibC.CLD_EXITED => status,
            _ => SignalExitBase + status,
        };
    }
}
