using System.Runtime.InteropServices;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Processes;

/// <summary>
/// PID 1 of a container with <c>--init</c>: passes signals on to the program, reaps whatever is orphaned, and ends when the program does, with
/// its exit code. Runs in the cloned child for as long as the container: the rules of <see cref="ChildInterpreter"/> hold here too. All
/// signals are blocked from the clone on, so none is lost and none runs a handler.
/// </summary>
internal static unsafe class ChildInit
{
    private const int NoHang = 1; // WNOHANG
    private const int SignalChild = 17;
    private const int TerminalInput = 21; // SIGTTIN and SIGTTOU stop who misuses a terminal in the background: that is never the program
    private const int TerminalOutput = 22;

    internal static void Run(nint program, InitCalls* calls)
    {
        while (true)
        {
            nint signal = LibC.RawSyscall(calls->WaitForSignal, (nint)(&calls->AllSignals), 0, 0, sizeof(ulong), 0, 0);
            if (signal == SignalChild)
            {
                Reap(program, calls);
            }
            else if (signal > 0 && signal != TerminalInput && signal != TerminalOutput)
            {
                LibC.RawSyscall(calls->Kill, program, signal, 0, 0, 0, 0);
            }
        }
    }

    /// <summary>One SIGCHLD may stand for several ends.</summary>
    private static void Reap(nint program, InitCalls* calls)
    {
        while (true)
        {
            nint ended = LibC.RawSyscall(calls->Wait, -1, (nint)(&calls->Status), NoHang, 0, 0, 0);
            if (ended <= 0)
            {
                return;
            }

            if (ended == program)
            {
                int killedBy = calls->Status & 0x7f;
                int code = killedBy == 0 ? (calls->Status >> 8) & 0xff : 128 + killedBy;
                LibC.RawSyscall(calls->Exit, code, 0, 0, 0, 0, 0);
            }
        }
    }
}

/// <summary>What <see cref="ChildInit"/> needs, in native memory: numbers of system calls, which only the parent may look up, and room for results.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InitCalls
{
    internal nint WaitForSignal;
    internal nint Kill;
    internal nint Wait;
    internal nint Exit;
    internal ulong AllSignals;
    internal int Status;
}
