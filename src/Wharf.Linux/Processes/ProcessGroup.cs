using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Processes;

/// <summary>A child that leads a session, with what it has started (credentials(7)).</summary>
public static class ProcessGroup
{
    /// <summary>SIGKILL to all of them; no error when none is left.</summary>
    /// <param name="leader">A child that has not been reaped: until then nobody else is given its number.</param>
    public static void Kill(int leader) => _ = LibC.RawSyscall(SyscallNumber.Kill, -leader, Signals.Kill, 0, 0, 0, 0);
}
