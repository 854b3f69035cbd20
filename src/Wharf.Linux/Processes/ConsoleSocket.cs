using System.Text;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Processes;

/// <summary>Handing a terminal's master to whoever listens on a socket, as runc's <c>--console-socket</c> does.</summary>
public static unsafe class ConsoleSocket
{
    private const int AF_UNIX = 1;
    private const int SOCK_STREAM_CLOEXEC = 1 | 0x8_0000;
    private const int PathLength = 108;

    /// <param name="name">Sent along as data, for people.</param>
    /// <exception cref="LinuxException"/>
    public static void Send(string path, SafeFileHandle master, string name)
    {
        byte[] pathBytes = Encoding.UTF8.GetBytes(path);
        if (pathBytes.Length >= PathLength)
        {
            throw new LinuxException("connect", path, Errno.ENAMETOOLONG);
        }

        using SafeFileHandle socket = LibC.Socket(AF_UNIX, SOCK_STREAM_CLOEXEC, 0);
        byte[] address = new byte[2 + PathLength];
        address[0] = AF_UNIX;
        pathBytes.CopyTo(address, 2);
        if (socket.IsInvalid || LibC.Connect(socket, address, address.Length) != 0)
        {
            throw new LinuxException("connect", path, ErrnoExtensions.Last);
        }

        long* control = stackalloc long[3] { 20, 1 | (1L << 32), (uint)(int)master.DangerousGetHandle() };
        fixed (byte* data = Encoding.UTF8.GetBytes(name))
        {
            nint* vector = stackalloc nint[2] { (nint)data, Encoding.UTF8.GetByteCount(name) };
            nint* header = stackalloc nint[7] { 0, 0, (nint)vector, 1, (nint)control, 24, 0 };
            if (LibC.SendMessage(socket, (nint)header, 0) < 0)
            {
                throw new LinuxException("sendmsg", path, ErrnoExtensions.Last);
            }
        }
    }
}
