using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Fds;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Sockets;

/// <summary>
/// Stream sockets of unix(7). Names may be longer than the 107 bytes of a sockaddr_un: they are reached through a descriptor of their
/// directory.
/// </summary>
public static unsafe class UnixSocket
{
    private const int AddressBytes = 110;
    private const int Backlog = 128;

    /// <summary>Two connected sockets: one to keep, one to give to a child under an agreed number.</summary>
    public static (SafeSocketHandle Kept, SafeFileHandle Given) Pair()
    {
        int* ends = stackalloc int[2];

        // SAFETY: socketpair writes two descriptors.
        if (LibC.MakeSocketPair(LibC.AF_UNIX, LibC.SOCK_STREAM | LibC.SOCK_CLOEXEC, 0, ends) != 0)
        {
            throw new LinuxException("socketpair", "", ErrnoExtensions.Last);
        }

        return (new SafeSocketHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    /// <summary>Listens, non-blocking, on a new socket that only its owner may connect to.</summary>
    public static SafeFileHandle Listen(string directory, string name)
    {
        SafeFileHandle socket = Open(LibC.SOCK_NONBLOCK);
        Errno errno = WithAddress(directory, name, socket, bind: true);
        if (errno == Errno.None && LibC.Listen(socket, Backlog) != 0)
        {
            errno = ErrnoExtensions.Last;
        }

        if (errno != Errno.None)
        {
            socket.Dispose();
            throw new LinuxException("listen on", Path.Combine(directory, name), errno);
        }

        File.SetUnixFileMode(Path.Combine(directory, name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return socket;
    }

    /// <returns>Null when nobody is waiting any more.</returns>
    public static SafeFileHandle? Accept(SafeFileHandle listener)
    {
        SafeFileHandle socket = LibC.Accept(listener, null, null, LibC.SOCK_CLOEXEC | LibC.SOCK_NONBLOCK);
        if (!socket.IsInvalid)
        {
            return socket;
        }

        Errno errno = ErrnoExtensions.Last;
        socket.Dispose();
        return errno is Errno.EAGAIN or Errno.EINTR or Errno.ECONNABORTED ? null : throw new LinuxException("accept", "", errno);
    }

    /// <returns>Null when there is no such socket or nobody listens on it.</returns>
    public static SafeSocketHandle? TryConnect(string directory, string name)
    {
        SafeFileHandle socket = Open(0);
        Errno errno = WithAddress(directory, name, socket, bind: false);
        if (errno == Errno.None)
        {
            var connected = new SafeSocketHandle(socket.DangerousGetHandle(), ownsHandle: true);
            socket.SetHandleAsInvalid();
            return connected;
        }

        socket.Dispose();
        return errno is Errno.ENOENT or Errno.ECONNREFUSED
            ? null
            : throw new LinuxException("connect to", Path.Combine(directory, name), errno);
    }

    /// <summary>As <see cref="Descriptor.Write"/>, without raising SIGPIPE.</summary>
    public static int Send(SafeHandle socket, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            while (true)
            {
                // SAFETY: the kernel reads at most bytes.Length bytes of the pinned buffer.
                nint count = LibC.SendTo(socket, start, (nuint)bytes.Length, LibC.MSG_NOSIGNAL);
                if (count >= 0)
                {
                    return (int)count;
                }

                switch (ErrnoExtensions.Last)
                {
                    case Errno.EINTR:
                        continue;
                    case Errno.EAGAIN:
                        return Descriptor.WouldBlock;
                    default:
                        return Descriptor.Closed;
                }
            }
        }
    }

    private static SafeFileHandle Open(int flags)
    {
        SafeFileHandle socket = LibC.Socket(LibC.AF_UNIX, LibC.SOCK_STREAM | LibC.SOCK_CLOEXEC | flags, 0);
        return socket.IsInvalid ? throw new LinuxException("socket", "", ErrnoExtensions.Last) : socket;
    }

    private static Errno WithAddress(string directory, string name, SafeFileHandle socket, bool bind)
    {
        using SafeFileHandle parent = LibC.Open(directory, LibC.O_PATH | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        if (parent.IsInvalid)
        {
            return ErrnoExtensions.Last;
        }

        byte* address = stackalloc byte[AddressBytes];
        var bytes = new Span<byte>(address, AddressBytes);
        bytes.Clear();
        MemoryMarshal.Write(bytes, (ushort)LibC.AF_UNIX);
        int length = Encoding.UTF8.GetBytes($"/proc/self/fd/{parent.DangerousGetHandle()}/{name}", bytes[2..^1]);

        // SAFETY: the address is terminated by a zero inside the buffer.
        int result = bind
            ? LibC.BindUnix(socket, address, (uint)(2 + length + 1))
            : LibC.Connect(socket, address, (uint)(2 + length + 1));
        return result == 0 ? Errno.None : ErrnoExtensions.Last;
    }
}
