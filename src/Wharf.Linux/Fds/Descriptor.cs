using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Fds;

/// <summary>
/// Bytes in and out of descriptors that an event loop watches. What is expected of a non-blocking descriptor is a result; only what is not
/// is an exception.
/// </summary>
public static unsafe class Descriptor
{
    /// <summary>A result of <see cref="Read"/> and <see cref="Write"/>: not now, ask again when it is ready.</summary>
    public const int WouldBlock = -1;

    /// <summary>A result of <see cref="Write"/>: nobody reads any more.</summary>
    public const int Closed = -2;

    /// <returns>Bytes read; 0 at the end, also when the other side was reset or, of a terminal, hung up; or <see cref="WouldBlock"/>.</returns>
    public static int Read(SafeHandle descriptor, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                // SAFETY: the kernel writes at most buffer.Length bytes to the pinned buffer.
                nint count = LibC.ReadDescriptor(descriptor, start, (nuint)buffer.Length);
                if (count >= 0)
                {
                    return (int)count;
                }

                switch (ErrnoExtensions.Last)
                {
                    case Errno.EINTR:
                        continue;
                    case Errno.EAGAIN:
                        return WouldBlock;
                    case Errno.EIO or Errno.ECONNRESET:
                        return 0;
                    case var errno:
                        throw new LinuxException("read", "", errno);
                }
            }
        }
    }

    /// <summary>Writes as much as goes without waiting. SIGPIPE must be ignored, see <see cref="Processes.Signals"/>.</summary>
    /// <returns>Bytes written, <see cref="WouldBlock"/> or <see cref="Closed"/>.</returns>
    public static int Write(SafeHandle descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            while (true)
            {
                // SAFETY: the kernel reads at most bytes.Length bytes of the pinned buffer.
                nint count = LibC.WriteDescriptor(descriptor, start, (nuint)bytes.Length);
                if (count >= 0)
                {
                    return (int)count;
                }

                switch (ErrnoExtensions.Last)
                {
                    case Errno.EINTR:
                        continue;
                    case Errno.EAGAIN:
                        return WouldBlock;
                    case Errno.EPIPE or Errno.ECONNRESET or Errno.EIO:
                        return Closed;
                    case var errno:
                        throw new LinuxException("write", "", errno);
                }
            }
        }
    }

    /// <summary>Writes everything to a file, a blocking pipe or a blocking socket.</summary>
    /// <exception cref="LinuxException">EPIPE when nobody reads any more, ENOSPC when the disk is full.</exception>
    public static void WriteAll(SafeHandle descriptor, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            switch (Write(descriptor, bytes))
            {
                case WouldBlock:
                    WaitFor(descriptor, LibC.POLLOUT);
                    break;
                case Closed:
                    throw new LinuxException("write", "", Errno.EPIPE);
                case var count:
                    bytes = bytes[count..];
                    break;
            }
        }
    }

    /// <summary>Fills the buffer, waiting as long as it takes.</summary>
    /// <returns>False when the end came first.</returns>
    public static bool ReadExactly(SafeHandle descriptor, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            switch (Read(descriptor, buffer))
            {
                case WouldBlock:
                    WaitFor(descriptor, LibC.POLLIN);
                    break;
                case 0:
                    return false;
                case var count:
                    buffer = buffer[count..];
                    break;
            }
        }

        return true;
    }

    public static void SetNonBlocking(SafeHandle descriptor)
    {
        int flags = LibC.DescriptorControl(descriptor, LibC.F_GETFL, 0);
        if (flags < 0 || LibC.DescriptorControl(descriptor, LibC.F_SETFL, flags | LibC.O_NONBLOCK) < 0)
        {
            throw new LinuxException("fcntl", "", ErrnoExtensions.Last);
        }
    }

    /// <summary>Another descriptor of the same open file.</summary>
    public static SafeFileHandle Duplicate(SafeFileHandle descriptor)
    {
        int copy = LibC.DescriptorControl(descriptor, LibC.F_DUPFD_CLOEXEC, 0);
        return copy < 0 ? throw new LinuxException("duplicate descriptor", "", ErrnoExtensions.Last) : new SafeFileHandle(copy, ownsHandle: true);
    }

    /// <summary>Takes over a descriptor that was inherited under an agreed number.</summary>
    public static SafeFileHandle Inherited(int number) => new(number, ownsHandle: true);

    /// <summary>Makes standard error this file from now on, for whatever the process says last.</summary>
    public static void BecomeStandardError(SafeFileHandle file)
    {
        if (LibC.DuplicateInheritable(file, 2) < 0)
        {
            throw new LinuxException("dup2", "standard error", ErrnoExtensions.Last);
        }
    }

    /// <summary>Opens a file to append to, made when it is not there.</summary>
    public static SafeFileHandle OpenAppend(string path, uint mode)
    {
        const int Append = 0x400;
        SafeFileHandle file = LibC.OpenWithMode(path, LibC.O_WRONLY | LibC.O_CREAT | LibC.O_CLOEXEC | Append, mode);
        return file.IsInvalid ? throw new LinuxException("open", path, ErrnoExtensions.Last) : file;
    }

    private static void WaitFor(SafeHandle descriptor, short events)
    {
        bool held = false;
        try
        {
            descriptor.DangerousAddRef(ref held);
            var one = new LibC.PollDescriptor { Descriptor = (int)descriptor.DangerousGetHandle(), Events = events };

            // SAFETY: one entry, on the stack until the call returns.
            _ = LibC.Poll(&one, 1, -1);
        }
        finally
        {
            if (held)
            {
                descriptor.DangerousRelease();
            }
        }
    }
}
