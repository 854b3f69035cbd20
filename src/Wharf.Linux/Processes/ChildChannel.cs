using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Processes;

/// <summary>What came over a <see cref="ChildChannel"/>: a byte, maybe with a descriptor; a failure; or neither, at its end.</summary>
public readonly record struct ChildMessage(byte? Byte, ChildFailure? Failure, SafeFileHandle? Descriptor)
{
    /// <summary>The child has executed its program, or has gone.</summary>
    public bool IsEnd => Byte is null && Failure is null;
}

/// <summary>The socket pair between a process and the child it makes (unix(7), SOCK_SEQPACKET: messages keep their bounds).</summary>
public sealed unsafe class ChildChannel : IDisposable
{
    private const int AF_UNIX = 1;
    private const int SOCK_SEQPACKET_CLOEXEC = 5 | 0x8_0000;
    private const int MSG_NOSIGNAL = 0x4000;
    private const int MSG_CMSG_CLOEXEC = 0x4000_0000;

    /// <exception cref="LinuxException"/>
    public ChildChannel()
    {
        Span<int> pair = stackalloc int[2];
        if (LibC.SocketPair(AF_UNIX, SOCK_SEQPACKET_CLOEXEC, 0, pair) != 0)
        {
            throw new LinuxException("socketpair", "", ErrnoExtensions.Last);
        }

        Parent = new SafeFileHandle(pair[0], ownsHandle: true);
        Child = new SafeFileHandle(pair[1], ownsHandle: true);
    }

    public SafeFileHandle Parent { get; }

    /// <summary>The end that the child uses; the parent closes its copy once the child is made.</summary>
    public SafeFileHandle Child { get; }

    /// <summary>The number that the child's end has in the child.</summary>
    public int ChildDescriptor => (int)Child.DangerousGetHandle();

    /// <summary>Sends one byte; a child that has gone is noticed when next received from.</summary>
    public void Send(byte value) => _ = LibC.Send(Parent, [value], 1, MSG_NOSIGNAL);

    /// <summary>Waits for the child's next message.</summary>
    /// <exception cref="LinuxException"/>
    public ChildMessage Receive()
    {
        byte* data = stackalloc byte[8];
        long* control = stackalloc long[4];
        nint* vector = stackalloc nint[2] { (nint)data, 8 };
        nint* header = stackalloc nint[7] { 0, 0, (nint)vector, 1, (nint)control, 32, 0 };
        nint length;
        do
        {
            length = LibC.ReceiveMessage(Parent, (nint)header, MSG_CMSG_CLOEXEC);
        }
        while (length < 0 && ErrnoExtensions.Last == Errno.EINTR);

        if (length < 0)
        {
            Errno errno = ErrnoExtensions.Last;
            return errno == Errno.ECONNRESET ? default : throw new LinuxException("recvmsg", "the child", errno);
        }

        SafeFileHandle? descriptor = header[5] >= 20 ? new SafeFileHandle(*(int*)(control + 2), ownsHandle: true) : null;
        return length switch
        {
            1 => new ChildMessage(data[0], null, descriptor),
            8 => new ChildMessage(null, new ChildFailure(*(int*)data, (Errno)(*(int*)(data + 4))), descriptor),
            _ => default,
        };
    }

    public void Dispose()
    {
        Parent.Dispose();
        Child.Dispose();
    }
}
