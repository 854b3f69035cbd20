using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Processes;

/// <summary>A program to start, and all that it is to have of this process.</summary>
public sealed record SpawnRequest
{
    /// <summary>Nothing is searched for in PATH.</summary>
    public required string Path { get; init; }

    /// <summary>What the program is told that it is called; the path when null.</summary>
    public string? Name { get; init; }

    /// <summary>Without the program's own name.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>Descriptors that become 0, 1, 2, … in this order; <c>null</c> is /dev/null. All others are closed.</summary>
    public IReadOnlyList<SafeHandle?> Descriptors { get; init; } = [null, null, null];

    /// <summary>No controlling terminal, and no signals of this one's.</summary>
    public bool NewSession { get; init; }
}

/// <summary>
/// posix_spawn(3): glibc's shares memory with the child until it executes (CLONE_VFORK), so a large process starts a small one as fast as a
/// small one does. The child starts with every signal unblocked and at its default.
/// </summary>
public static unsafe class Spawn
{
    private const int OpaqueBytes = 512; // posix_spawnattr_t is 336 bytes in glibc, the actions 80, a sigset 128
    private const short SetSignalDefault = 0x04;
    private const short SetSignalMask = 0x08;
    private const short SetSession = 0x80; // since glibc 2.26
    private const int ReadWrite = 2;

    /// <exception cref="LinuxException">Also when the program cannot be executed.</exception>
    public static int Start(SpawnRequest request)
    {
        byte* block = stackalloc byte[OpaqueBytes * 3];
        byte* actions = block;
        byte* attributes = block + OpaqueBytes;
        byte* signals = block + (2 * OpaqueBytes);
        byte** arguments = Vector([request.Name ?? request.Path, .. request.Arguments]);
        byte** environment = Vector(request.Environment);

        // SAFETY: the opaque blocks are larger than glibc's types; the vectors end with null and live until the call has returned.
        _ = LibC.SpawnFileActionsInit(actions);
        _ = LibC.SpawnAttributesInit(attributes);
        var held = new List<SafeHandle>();
        try
        {
            AddDescriptors(actions, request, held);
            _ = LibC.SignalSetEmpty(signals);
            Check(LibC.SpawnAttributesSetSignalMask(attributes, signals), request.Path);
            _ = LibC.SignalSetFill(signals);
            Check(LibC.SpawnAttributesSetSignalDefault(attributes, signals), request.Path);
            Check(
                LibC.SpawnAttributesSetFlags(
                    attributes, (short)(SetSignalDefault | SetSignalMask | (request.NewSession ? SetSession : 0))),
                request.Path);
            Check(LibC.PosixSpawn(out int pid, request.Path, actions, attributes, arguments, environment), request.Path);
            return pid;
        }
        finally
        {
            held.ForEach(handle => handle.DangerousRelease());
            _ = LibC.SpawnFileActionsDestroy(actions);
            _ = LibC.SpawnAttributesDestroy(attributes);
            Free(arguments);
            Free(environment);
        }
    }

    /// <summary>As <see cref="Start"/>, holding the child by descriptor: for who wants to know when it ends.</summary>
    public static SafeFileHandle StartHeld(SpawnRequest request, out int pid)
    {
        pid = Start(request);

        // The number is the child's until it is reaped, so this cannot open another process.
        return PidFd.Open(pid);
    }

    private static void AddDescriptors(byte* actions, SpawnRequest request, List<SafeHandle> held)
    {
        for (int i = 0; i < request.Descriptors.Count; i++)
        {
            if (request.Descriptors[i] is not { } handle)
            {
                Check(LibC.SpawnFileActionsAddOpen(actions, i, "/dev/null", ReadWrite, 0), request.Path);
                continue;
            }

            bool added = false;
            handle.DangerousAddRef(ref added);
            held.Add(handle);
            int descriptor = (int)handle.DangerousGetHandle();
            if (descriptor < request.Descriptors.Count && descriptor != i)
            {
                throw new ArgumentException($"descriptor {descriptor} would be overwritten before it is passed on", nameof(request));
            }

            Check(LibC.SpawnFileActionsAddDup2(actions, descriptor, i), request.Path);
        }

        Check(LibC.SpawnFileActionsAddCloseFrom(actions, request.Descriptors.Count), request.Path);
    }

    private static void Check(int error, string path)
    {
        if (error != 0)
        {
            throw new LinuxException("start", path, (Errno)error);
        }
    }

    private static byte** Vector(IReadOnlyList<string> strings)
    {
        byte** vector = (byte**)NativeMemory.AllocZeroed((nuint)(strings.Count + 1), (nuint)sizeof(byte*));
        for (int i = 0; i < strings.Count; i++)
        {
            int length = Encoding.UTF8.GetByteCount(strings[i]);
            vector[i] = (byte*)NativeMemory.AllocZeroed((nuint)length + 1);
            Encoding.UTF8.GetBytes(strings[i], new Span<byte>(vector[i], length));
        }

        return vector;
    }

    private static void Free(byte** vector)
    {
        for (byte** at = vector; *at is not null; at++)
        {
            NativeMemory.Free(*at);
        }

        NativeMemory.Free(vector);
    }
}
