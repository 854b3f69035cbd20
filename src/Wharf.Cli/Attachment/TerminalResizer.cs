using System.Runtime.InteropServices;
using Wharf.Linux.Terminals;

namespace Wharf.Cli.Attachment;

/// <summary>Tells the container's terminal the size of ours, at first and at each SIGWINCH.</summary>
internal sealed class TerminalResizer : IDisposable
{
    private readonly PosixSignalRegistration _registration;

    private TerminalResizer(PosixSignalRegistration registration) => _registration = registration;

    /// <param name="redraw">First tells a size one larger: a prompt is only drawn again when the size changes.</param>
    internal static TerminalResizer? Start(Terminal? terminal, Action<TerminalSize> resize, bool redraw)
    {
        if (terminal is null)
        {
            return null;
        }

        if (redraw && terminal.Size is { } now)
        {
            resize(new TerminalSize((ushort)(now.Rows + 1), (ushort)(now.Columns + 1)));
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
