using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Processes;

/// <summary>What this process does with signals (signal(7)).</summary>
public static class Signals
{
    public const int HangUp = 1;
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Kill = 9;
    public const int BrokenPipe = 13;
    public const int Terminate = 15;

    private const nint Ignored = 1; // SIG_IGN

    /// <summary>Ignores signals. Programs executed later inherit that, unless whoever starts them sets it right.</summary>
    public static void Ignore(params ReadOnlySpan<int> signals)
    {
        foreach (int signal in signals)
        {
            _ = LibC.SetSignalHandler(signal, Ignored);
        }
    }
}
