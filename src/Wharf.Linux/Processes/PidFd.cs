using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Processes;

/// <summary>How a process ended.</summary>
/// <param name="Code">Exit status, or 128 plus the signal that killed it.</param>
public readonly record struct ProcessEnd(int Code);

/// <summary>Processes by descriptor (pidfd_open(2)): unlike a pid, it never comes to mean another process.</summary>
public static class PidFd
{
    private const int SIGKILL = 9;

    /// <exception cref="LinuxException">ESRCH when there is no such process.</exception>
    public static SafeFileHandle Open(int pid)
    {
        SafeFileHandle handle = LibC.PidfdOpen(SyscallNumber.PidfdOpen, pid, 0);
        return handle.IsInvalid ? throw new LinuxException("pidfd_open", pid.ToString(), ErrnoExtensions.Last) : handle;
    }

    /// <returns>False when the process has gone already.</returns>
    /// <exception cref="LinuxException"/>
    public static bool Signal(SafeFileHandle pidFd, int signal)
    {
        if (LibC.PidfdSendSignal(424, pidFd, signal, 0, 0) == 0)
        {
            return true;
        }

        Errno errno = ErrnoExtensions.Last;
        return errno == Errno.ESRCH ? false : throw new LinuxException($"send signal {signal} to", "process", errno);
    }

    public static void Kill(SafeFileHandle pidFd) => Signal(pidFd, SIGKILL);

    /// <summary>Reaps a child of this process.</summary>
    /// <param name="block">Wait for its end.</param>
    /// <returns>Null when it still runs.</returns>
    /// <exception cref="LinuxException">It is not a child of this process.</exception>
    public static ProcessEnd? Wait(SafeFileHandle pidFd, bool block)
    {
        LibC.SignalInfo info;
        int result;
        do
        {
            result = LibC.WaitId(LibC.P_PIDFD, pidFd, out info, LibC.WEXITED | (block ? 0 : LibC.WNOHANG));
        }
        while (result != 0 && ErrnoExtensions.Last == Errno.EINTR);

        if (result != 0)
        {
            throw new LinuxException("waitid", "process", ErrnoExtensions.Last);
        }

        return info.Pid == 0 ? null : new ProcessEnd(info.Code == LibC.CLD_EXITED ? info.Status : 128 + info.Status);
    }

    /// <summary>Waits for a process's end without reaping it.</summary>
    /// <returns>False when <paramref name="milliseconds"/> went by first.</returns>
    public static unsafe bool WaitForEnd(SafeFileHandle pidFd, int milliseconds)
    {
        // struct pollfd: descriptor, events (POLLIN), returned events.
        long entry = (uint)(int)pidFd.DangerousGetHandle() | (1L << 32);
        return LibC.Poll((nint)(&entry), 1, milliseconds) > 0;
    }

    /// <summary>Field 22 of /proc/PID/stat (proc(5)): tells two processes of the same pid apart. 0 when there is none.</summary>
    public static ulong StartTime(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");

            // The second field is the command in parentheses, which may hold spaces and parentheses itself.
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? 0 : ulong.Parse(fields[19]);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
