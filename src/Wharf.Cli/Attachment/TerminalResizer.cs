using System.Runtime.InteropServices;
using Wharf.Linux.Terminals;

namespace Wharf.Cli.Attachment;

/// <summary>Tells the container's terminal the size of ours, at first and at each SIGWINCH.</summary>
internal sealed class TerminalResizer : IDisposable
{
    private readonly PosixSignalRegistration _registration;

    private TerminalResizer(PosixSignalRegistration registration) => _registration = registration;

    internal static TerminalResizer? Start(Terminal? terminal, Action<TerminalSize> resize)
    {
        if (terminal is null)
        {
            return null;
        }

        Tell();
        return new TerminalResizer(PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Tell()));

        void Tell()
        {
            if (terminal.Size is { } size)
            {
                resize(size);
            }
        }
    }

    public void Dispose() => _registration.Dispose();
}
