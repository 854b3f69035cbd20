using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Processes;

/// <summary>
/// The loop that runs in the child. Everything it touches is native memory or a local; its only calls are raw system calls that involve no
/// transition of the managed runtime. Do not add anything here that could allocate, throw, take a lock or initialise a type.
/// </summary>
internal static unsafe class ChildInterpreter
{
    /// <summary>Executes <paramref name="program"/> and never returns: it ends in execve or in _exit.</summary>
    /// <param name="slots">Room for as many results as the program has slots.</param>
    /// <param name="report">Descriptor that {step, errno} is written to on failure.</param>
    /// <param name="record">Eight bytes for that report.</param>
    /// <param name="write">Number of write(2), looked up by the parent.</param>
    /// <param name="exit">Number of exit_group(2).</param>
    internal static void Run(Instruction* program, nint* slots, int report, int* record, nint write, nint exit)
    {
        int remembered = 0;
        int at = 0;
        while (true)
        {
            Instruction* step = program + at;
            if (step->Number < 0)
            {
                switch (step->Number)
                {
                    case Instruction.StoreSlot:
                        *(int*)step->Arguments[0] = (int)slots[step->Arguments[1]];
                        at++;
                        continue;
                    case Instruction.SetSlot:
                        slots[step->Arguments[0]] = (nint)step->Arguments[1];
                        at++;
                        continue;
                    case Instruction.BranchIfZero:
                        at = slots[step->Arguments[0]] == 0 ? step->OnSuccess : at + 1;
                        continue;
                    case Instruction.Copy:
                        for (long i = 0; i < step->Arguments[2]; i++)
                        {
                            ((byte*)step->Arguments[0])[i] = ((byte*)step->Arguments[1])[i];
                        }

                        at++;
                        continue;
                    case Instruction.FailIfWord:
                        if (*(long*)step->Arguments[0] == step->Arguments[1])
                        {
                            Fail(at, (int)step->Arguments[2], report, record, write, exit);
                            return;
                        }

                        at++;
                        continue;
                    case Instruction.ServeAsInit:
                        ChildInit.Run(slots[step->Arguments[0]], (InitCalls*)step->Arguments[1]);
                        return;
                    case Instruction.FailRemembered:
                        Fail(at, remembered != 0 ? remembered : (int)step->Arguments[0], report, record, write, exit);
                        return;
                    default:
                        LibC.RawSyscall(exit, 0, 0, 0, 0, 0, 0);
                        return;
                }
            }

            nint result = LibC.RawSyscall(
                step->Number,
                Argument(step, slots, 0),
                Argument(step, slots, 1),
                Argument(step, slots, 2),
                Argument(step, slots, 3),
                Argument(step, slots, 4),
                Argument(step, slots, 5));
            if (result == -1)
            {
                int errno = *LibC.ErrnoLocation();
                if (errno == (int)Errno.EINTR)
                {
                    continue;
                }

                if (errno != step->Expected[0] && errno != step->Expected[1] && errno != step->Expected[2])
                {
                    Fail(at, errno, report, record, write, exit);
                    return;
                }

                if (step->Remember != 0 && errno is not ((int)Errno.ENOENT or (int)Errno.ENOTDIR))
                {
                    remembered = errno;
                }

                at = step->OnExpected != 0 ? step->OnExpected : at + 1;
                continue;
            }

            if (result == 0 && step->ZeroIsFailure != 0)
            {
                Fail(at, (int)Errno.EPIPE, report, record, write, exit);
                return;
            }

            if (step->ResultSlot >= 0)
            {
                slots[step->ResultSlot] = result;
            }

            at = step->OnSuccess != 0 ? step->OnSuccess : at + 1;
        }
    }

    private static nint Argument(Instruction* step, nint* slots, int index) =>
        (step->SlotMask & (1 << index)) != 0 ? slots[step->Arguments[index]] : (nint)step->Arguments[index];

    private static void Fail(int step, int errno, int report, int* record, nint write, nint exit)
    {
        record[0] = step;
        record[1] = errno;
        LibC.RawSyscall(write, report, (nint)record, 2 * sizeof(int), 0, 0, 0);
        LibC.RawSyscall(exit, 127, 0, 0, 0, 0, 0);
    }
}
