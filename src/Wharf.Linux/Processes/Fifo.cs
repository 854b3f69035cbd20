using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Processes;

/// <summary>Named pipes (fifo(7)) that let one process wait for another that does not exist yet.</summary>
public static class Fifo
{
    private const uint NodeTypeFifo = 0x1000;

    /// <exception cref="LinuxException"/>
    public static void Make(string path)
    {
        if (LibC.MakeNode(path, NodeTypeFifo | 0x180, 0) != 0)
        {
            throw new LinuxException("mkfifo", path, ErrnoExtensions.Last);
        }
    }

    /// <summary>Opened for both, so that neither opening waits and reading never sees the end.</summary>
    /// <exception cref="LinuxException"/>
    public static SafeFileHandle OpenBothWays(string path) => Open(path, LibC.O_RDWR);

    /// <exception cref="LinuxException">ENXIO when nobody reads.</exception>
    public static void WriteByte(string path, byte value)
    {
        using SafeFileHandle fifo = Open(path, LibC.O_WRONLY | LibC.O_NONBLOCK);
        if (LibC.Write(fifo, [value], 1) != 1)
        {
            throw new LinuxException("write", path, ErrnoExtensions.Last);
        }
    }

    private static SafeFileHandle Open(string path, int flags)
    {
        SafeFileHandle fifo = LibC.Open(path, flags | LibC.O_CLOEXEC);
        return fifo.IsInvalid ? throw new LinuxException("open", path, ErrnoExtensions.Last) : fifo;
    }
}
