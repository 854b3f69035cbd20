using System.Runtime.InteropServices;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Terminals;

/// <summary>The terminal that a standard stream is connected to.</summary>
public sealed class Terminal
{
    private const nuint GetWindowSize = 0x5413; // TIOCGWINSZ, asm-generic/ioctls.h
    private readonly int _descriptor;

    internal Terminal(int descriptor) => _descriptor = descriptor;

    /// <summary>How many rows and columns it has; null if it does not know (a pipe pretending, a serial line).</summary>
    public unsafe TerminalSize? Size
    {
        get
        {
            LibC.WindowSizeFields size;
            // SAFETY: TIOCGWINSZ fills exactly one struct winsize.
            return LibC.IoctlWindowSize(_descriptor, GetWindowSize, &size) == 0 && size.Columns > 0
                ? new TerminalSize(size.Rows, size.Columns)
                : null;
        }
    }

    /// <summary>Every key goes through as it is typed, until the result is disposed: then the terminal is as it was.</summary>
    public unsafe IDisposable EnterRawMode() => new Mode(_descriptor, LibC.CfMakeRaw);

    /// <summary>What is typed does not show, until the result is disposed.</summary>
    public unsafe IDisposable HideTyping() => new Mode(_descriptor, HideEcho);

    private static unsafe void HideEcho(LibC.Termios* attributes)
    {
        const uint Echo = 0x8;
        attributes->LocalFlags &= ~Echo;
    }

    private unsafe delegate void Change(LibC.Termios* attributes);

    private sealed class Mode : IDisposable
    {
        private const int Now = 0; // TCSANOW
        private readonly int _descriptor;
        private readonly LibC.Termios _before;
        private bool _restored;

        internal unsafe Mode(int descriptor, Change change)
        {
            _descriptor = descriptor;
            LibC.Termios attributes;
            // SAFETY: both calls take one struct termios, laid out as glibc has it.
            Check(LibC.TcGetAttr(descriptor, &attributes), "tcgetattr");
            _before = attributes;
            change(&attributes);
            Check(LibC.TcSetAttr(descriptor, Now, &attributes), "tcsetattr");
        }

        public unsafe void Dispose()
        {
            if (!_restored)
            {
                _restored = true;
                LibC.Termios before = _before;
                // A terminal that has gone meanwhile needs no restoring.
                _ = LibC.TcSetAttr(_descriptor, Now, &before);
            }
        }

        private static void Check(int result, string operation)
        {
            var errno = (Errno)Marshal.GetLastPInvokeError();
            if (result != 0)
            {
                throw new LinuxException(operation, "terminal", errno);
            }
        }
    }
}
