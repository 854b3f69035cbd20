using System.Collections;
using System.Runtime.InteropServices;
using System.Text;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Terminals;

/// <summary>
/// Starts a program that has nothing more to do with the terminal it was started from: a session of its own, no input, output appended to a
/// file. It lives here because leaving a terminal is what it is about, and because the command line may use nothing else of this project.
/// </summary>
public static class DetachedProcess
{
    private const int OpaqueBytes = 512; // posix_spawnattr_t is 336 bytes in glibc, the actions 80, a sigset 128
    private const short SetSignalDefault = 0x04;
    private const short SetSignalMask = 0x08;
    private const short SetSession = 0x80; // since glibc 2.26
    private const int BrokenPipe = 13;
    private const int WriteOnly = 0x1;
    private const int Create = 0x40;
    private const int Append = 0x400;

    /// <returns>The process id.</returns>
    public static unsafe int Start(string path, IReadOnlyList<string> arguments, string logFile)
    {
        byte* block = stackalloc byte[OpaqueBytes * 3];
        byte* actions = block;
        byte* attributes = block + OpaqueBytes;
        byte* signals = block + (2 * OpaqueBytes);
        byte** argumentVector = Vector([path, .. arguments]);
        byte** environmentVector = Vector(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => $"{entry.Key}={entry.Value}"));
        // SAFETY: the opaque blocks are larger than the types of glibc, the vectors end with null and live until the call has returned.
        _ = LibC.SpawnFileActionsInit(actions);
        _ = LibC.SpawnAttributesInit(attributes);
        try
        {
            Check(LibC.SpawnFileActionsAddOpen(actions, 0, "/dev/null", 0, 0), path);
            Check(LibC.SpawnFileActionsAddOpen(actions, 1, logFile, WriteOnly | Create | Append, 0x1A0), path);
            Check(LibC.SpawnFileActionsAddDup2(actions, 1, 2), path);

            // .NET ignores SIGPIPE and an ignored signal survives execve: the program starts with everything as a shell would give it.
            _ = LibC.SignalSetEmpty(signals);
            Check(LibC.SpawnAttributesSetSignalMask(attributes, signals), path);
            _ = LibC.SignalSetAdd(signals, BrokenPipe);
            Check(LibC.SpawnAttributesSetSignalDefault(attributes, signals), path);
            Check(LibC.SpawnAttributesSetFlags(attributes, SetSession | SetSignalDefault | SetSignalMask), path);
            Check(LibC.PosixSpawn(out int pid, path, actions, attributes, argumentVector, environmentVector), path);
            return pid;
        }
        finally
        {
            _ = LibC.SpawnFileActionsDestroy(actions);
            _ = LibC.SpawnAttributesDestroy(attributes);
            Free(argumentVector);
            Free(environmentVector);
        }
    }

    /// <summary>Whether a process started here has ended; it is reaped then.</summary>
    public static unsafe bool HasEnded(int pid)
    {
        const int NoHang = 1; // WNOHANG
        return LibC.WaitForSpawned(pid, null, NoHang) != 0;
    }

    private static void Check(int error, string path)
    {
        if (error != 0)
        {
            throw new LinuxException("start", path, (Errno)error);
        }
    }

    private static unsafe byte** Vector(IEnumerable<string> strings)
    {
        string[] all = [.. strings];
        byte** vector = (byte**)NativeMemory.AllocZeroed((nuint)(all.Length + 1), (nuint)sizeof(byte*));
        for (int i = 0; i < all.Length; i++)
        {
            int length = Encoding.UTF8.GetByteCount(all[i]);
            vector[i] = (byte*)NativeMemory.AllocZeroed((nuint)length + 1);
            Encoding.UTF8.GetBytes(all[i], new Span<byte>(vector[i], length));
        }

        return vector;
    }

    private static unsafe void Free(byte** vector)
    {
        for (byte** at = vector; *at is not null; at++)
        {
            NativeMemory.Free(*at);
        }

        NativeMemory.Free(vector);
    }
}
