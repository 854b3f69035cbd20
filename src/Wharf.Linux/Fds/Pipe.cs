using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Fds;

/// <summary>The two ends of a pipe(7), both blocking and close-on-exec.</summary>
public sealed unsafe class Pipe : IDisposable
{
    /// <param name="capacity">
    /// Bytes that it shall hold, 0 for the kernel's own choice (64 KiB). A user over their share (/proc/sys/fs/pipe-user-pages-soft) gets less.
    /// </param>
    public Pipe(int capacity = 0)
    {
        int* ends = stackalloc int[2];

        // SAFETY: pipe2 writes two descriptors.
        if (LibC.MakePipe(ends, LibC.O_CLOEXEC) != 0)
        {
            throw new LinuxException("pipe", "", ErrnoExtensions.Last);
        }

        Reader = new SafeFileHandle(ends[0], ownsHandle: true);
        Writer = new SafeFileHandle(ends[1], ownsHandle: true);
        if (capacity > 0)
        {
            _ = LibC.DescriptorControl(Reader, LibC.F_SETPIPE_SZ, capacity);
        }
    }

    public SafeFileHandle Reader { get; }

    public SafeFileHandle Writer { get; }

    public void Dispose()
    {
        Reader.Dispose();
        Writer.Dispose();
    }
}
