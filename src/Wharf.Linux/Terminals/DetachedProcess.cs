using System.Collections;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Fds;
using Wharf.Linux.Processes;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Terminals;

/// <summary>
/// Starts a program that has nothing more to do with the terminal it was started from: a session of its own, no input, output appended to a
/// file. It lives here because leaving a terminal is what it is about, and because the command line may use nothing else of this project.
/// </summary>
public static class DetachedProcess
{
    private const uint LogMode = 0x1A0; // 0640

    /// <returns>The process id.</returns>
    public static int Start(string path, IReadOnlyList<string> arguments, string logFile)
    {
        using SafeFileHandle log = Descriptor.OpenAppend(logFile, LogMode);
        return Spawn.Start(new SpawnRequest
        {
            Path = path,
            Arguments = arguments,
            Environment = [.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => $"{entry.Key}={entry.Value}")],
            Descriptors = [null, log, log],
            NewSession = true,
        });
    }

    /// <summary>Whether a process started here has ended; it is reaped then.</summary>
    public static unsafe bool HasEnded(int pid)
    {
        const int NoHang = 1; // WNOHANG
        return LibC.WaitForSpawned(pid, null, NoHang) != 0;
    }
}
