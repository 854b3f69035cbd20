using System.Text;
using Wharf.Linux.Proc;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Processes;

/// <summary>The step that leaves an init behind.</summary>
public sealed unsafe partial class ChildProgram
{
    private const int PR_SET_DUMPABLE = 4;
    private const int PR_SET_NAME = 15;
    private const int TIOCSPGRP = 0x5410;

    /// <summary>
    /// Forks: this process stays as PID 1 (<see cref="ChildInit"/>), and the program goes on, from the next step, in a child with a process
    /// group of its own, in the foreground of the terminal if there is one, so that a key pressed there signals it once.
    /// </summary>
    /// <param name="arguments">The program's: init shows itself as what Docker's is called with.</param>
    public void BecomeInit(IReadOnlyList<string> arguments)
    {
        Slot child = NewSlot();
        Call("fork", "init", SyscallNumber.Clone, LibC.SIGCHLD, 0, 0, 0, 0).Into(child);
        Step inChild = Call("fork", "init", Instruction.BranchIfZero, child.Index);

        // What this process has in memory and as its binary is the host's: with the dumpable flag gone, /proc/1 shows the container neither.
        Call("prctl", "PR_SET_DUMPABLE", SyscallNumber.Prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);
        Call("prctl", "PR_SET_NAME", SyscallNumber.Prctl, PR_SET_NAME, Text("docker-init"), 0, 0, 0);
        ShowAs(["/sbin/docker-init", "--", .. arguments]);
        Call("close_range", "init", SyscallNumber.CloseRange, 3, uint.MaxValue, 0);
        var calls = new InitCalls
        {
            WaitForSignal = SyscallNumber.RtSigTimedWait,
            Kill = SyscallNumber.Kill,
            Wait = SyscallNumber.Wait4,
            Exit = SyscallNumber.ExitGroup,
            AllSignals = ulong.MaxValue,
        };
        Call("serve", "init", Instruction.ServeAsInit, child.Index, Structure(in calls));

        inChild.OnSuccessGoHere();
        Slot self = NewSlot();
        Argument group = Buffer(sizeof(int));
        Call("setpgid", "", SyscallNumber.SetPgid, 0, 0);
        Call("getpid", "", SyscallNumber.GetPid).Into(self);
        Call("getpid", "", Instruction.StoreSlot, group, self.Index);
        Call("tcsetpgrp", "", SyscallNumber.Ioctl, 0, TIOCSPGRP, group).Unless(Errno.ENOTTY, Errno.EBADF, Errno.EPERM);
    }

    /// <summary>/proc/PID/cmdline is read from the memory the arguments came in: as much as fits there replaces what names the host's files.</summary>
    private void ShowAs(IReadOnlyList<string> arguments)
    {
        (nint start, int length) = OwnArguments.Find();
        byte[] shown = new byte[length];
        byte[] wanted = Encoding.UTF8.GetBytes(string.Join('\0', arguments));
        wanted.AsSpan(0, Math.Min(wanted.Length, Math.Max(0, length - 1))).CopyTo(shown);
        Call("rename", "init", Instruction.Copy, new Argument(start), Bytes(shown), length);
    }
}
