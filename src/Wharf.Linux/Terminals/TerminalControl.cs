using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Terminals;

/// <summary>The master's side of a pseudo-terminal (pty(7)).</summary>
public static unsafe class TerminalControl
{
    private const nuint SetWindowSize = 0x5414; // TIOCSWINSZ, asm-generic/ioctls.h

    /// <summary>Tells the processes on the other side, by SIGWINCH. A terminal that has hung up needs no size.</summary>
    public static void SetSize(SafeFileHandle master, ushort rows, ushort columns)
    {
        var size = new LibC.WindowSizeFields { Rows = rows, Columns = columns };

        // SAFETY: TIOCSWINSZ reads exactly one struct winsize.
        _ = LibC.IoctlMaster(master, SetWindowSize, &size);
    }
}
