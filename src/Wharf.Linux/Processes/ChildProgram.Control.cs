using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Processes;

/// <summary>Steps that talk to the parent, and the last one.</summary>
public sealed unsafe partial class ChildProgram
{
    private const int SolSocket = 1;
    private const int ScmRights = 1;
    private const int LastSignal = 64; // SIGRTMAX: the C library's own, 32 and 33, are inherited as ignored from some callers

    /// <summary>Waits for one byte. The other end closing instead ends the child.</summary>
    public Step WaitForByte(int descriptor, string reason) =>
        Call(reason, "", SyscallNumber.Read, descriptor, Buffer(1), 1).NotZero();

    /// <summary>Writes one byte.</summary>
    public Step SendByte(int descriptor, byte value, string reason) =>
        Call(reason, "", SyscallNumber.Write, descriptor, Bytes([value]), 1);

    /// <summary>Sends one byte together with the descriptor in <paramref name="slot"/> (unix(7), SCM_RIGHTS).</summary>
    public Step SendDescriptor(int socket, byte value, Slot slot, string reason)
    {
        byte* control = (byte*)Buffer(24).Value;
        *(long*)control = 20;
        *(int*)(control + 8) = SolSocket;
        *(int*)(control + 12) = ScmRights;
        Call(reason, "", Instruction.StoreSlot, new Argument((nint)(control + 16)), slot.Index);
        nint* vector = (nint*)Buffer(2 * sizeof(nint)).Value;
        vector[0] = Bytes([value]).Value;
        vector[1] = 1;
        nint* header = (nint*)Buffer(7 * sizeof(nint)).Value;
        header[2] = (nint)vector;
        header[3] = 1;
        header[4] = (nint)control;
        header[5] = 24;
        return Call(reason, "", SyscallNumber.SendMsg, socket, new Argument((nint)header), 0);
    }

    /// <summary>Puts a value into a slot.</summary>
    internal Step Set(Slot slot, Argument value) => Call("set", "", Instruction.SetSlot, slot.Index, value);

    /// <summary>Ends the child with the errno that was remembered, or with <paramref name="otherwise"/> when none was.</summary>
    public void FailRemembered(string operation, string target, Errno otherwise) =>
        Call(operation, target, Instruction.FailRemembered, (int)otherwise);

    /// <summary>
    /// Finds the program: the first of <paramref name="candidates"/> that exists and may be executed. Magic links such as
    /// <c>/proc/self/exe</c> are refused, since at this point they still lead to this program's own binary (CVE-2019-5736).
    /// </summary>
    /// <returns>The slot with its path, for <see cref="Execute"/>.</returns>
    public Slot FindProgram(string name, IReadOnlyList<string> candidates)
    {
        Slot path = NewSlot();
        Slot file = NewSlot();
        List<Step> found = [];
        foreach (string candidate in candidates)
        {
            Step open = Call("exec", name, SyscallNumber.OpenAt2, LibC.AT_FDCWD, Text(candidate), How(LibC.O_PATH | LibC.O_CLOEXEC, LibC.RESOLVE_NO_MAGICLINKS), sizeof(LibC.OpenHow))
                .Into(file).Unless(Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES).Remembering();
            Call("exec", name, SyscallNumber.Close, file);
            Set(path, Text(candidate));
            Step check = Call("exec", name, SyscallNumber.FAccessAt2, LibC.AT_FDCWD, path, LibC.X_OK, LibC.AT_EACCESS)
                .Unless(Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES).Remembering();
            found.Add(check);
            open.OnExpectedGoHere();
        }

        FailRemembered("exec", name, Errno.ENOENT);
        foreach (Step check in found)
        {
            check.OnSuccessGoHere();
        }

        return path;
    }

    /// <summary>Becomes the program.</summary>
    public void Execute(string name, Slot path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment) =>
        Call("exec", name, SyscallNumber.Execve, path, TextArray(arguments), TextArray(environment));

    /// <summary>Default actions for all signals, and none blocked: what execve(2) passes on of both is what the program starts with.</summary>
    public void ResetSignals()
    {
        Argument none = Buffer(32);
        for (int signal = 1; signal <= LastSignal; signal++)
        {
            if (signal is not (9 or 19))
            {
                Call("rt_sigaction", "", SyscallNumber.RtSigAction, signal, none, 0, sizeof(ulong));
            }
        }

        Call("rt_sigprocmask", "", SyscallNumber.RtSigProcMask, LibC.SIG_SETMASK, none, 0, sizeof(ulong));
    }
}
