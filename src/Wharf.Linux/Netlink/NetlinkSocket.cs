using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Netlink;

/// <summary>
/// A route netlink socket: rtnetlink(7). It belongs for ever to the network namespace of the thread that opened it, whichever thread uses it
/// later. Calls exclude each other. The kernel answers within the send, so no call waits for longer than the change itself takes.
/// </summary>
public sealed unsafe class NetlinkSocket : IDisposable
{
    private const int RouteProtocol = 0;
    private const int CapAcknowledge = 10;
    private const int ExtendedAcknowledge = 11;

    /// <summary>The kernel's dumps come in pieces of at most 32 KiB (NLMSG_GOODSIZE and netlink_dump).</summary>
    private const int ReceiveSize = 32 << 10;

    /// <summary>A dump over a table that changes all the time need not ever be consistent: after this many tries it is an error.</summary>
    private const int MaxDumpAttempts = 20;

    private const ushort ErrorMessageAttribute = 1;
    private readonly SafeFileHandle _socket;
    private readonly Lock _gate = new();
    private int _sequence;

    private NetlinkSocket(SafeFileHandle socket) => _socket = socket;

    internal delegate void MessageHandler(MessageType type, ReadOnlySpan<byte> body);

    /// <summary>Opens a socket in the calling thread's network namespace.</summary>
    /// <exception cref="LinuxException"/>
    public static NetlinkSocket Open()
    {
        SafeFileHandle socket = LibC.Socket(LibC.AF_NETLINK, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, RouteProtocol);
        if (socket.IsInvalid)
        {
            Errno errno = ErrnoExtensions.Last;
            throw new LinuxException("open netlink socket", "", errno);
        }

        // Both only make errors more telling; a kernel without them (before 4.12) still works.
        int on = 1;
        _ = LibC.SetSocketOption(socket, LibC.SOL_NETLINK, CapAcknowledge, on, sizeof(int));
        _ = LibC.SetSocketOption(socket, LibC.SOL_NETLINK, ExtendedAcknowledge, on, sizeof(int));
        return new NetlinkSocket(socket);
    }

    /// <summary>Sends all requests in one call and reads every answer.</summary>
    /// <exception cref="LinuxException">The first request that failed; the others were carried out or failed as well.</exception>
    public void Execute(NetlinkBatch batch) => Execute(batch, answer: null);

    /// <param name="answer">Takes what a request returns besides its acknowledgement.</param>
    internal void Execute(NetlinkBatch batch, MessageHandler? answer)
    {
        lock (_gate)
        {
            int first = Send(batch);
            LinuxException? failure = null;
            int waiting = batch.Requests.Count;
            byte[] buffer = new byte[ReceiveSize];
            while (waiting > 0)
            {
                foreach (NetlinkMessage message in new MessageReader(Receive(buffer)))
                {
                    int index = message.Sequence - first;
                    if (index < 0 || index >= batch.Requests.Count)
                    {
                        continue;
                    }

                    if (message.Type == MessageType.Error)
                    {
                        waiting--;
                        failure ??= FailureOf(message, batch.Requests[index]);
                    }
                    else
                    {
                        answer?.Invoke(message.Type, message.Body);
                    }
                }
            }

            if (failure is not null)
            {
                throw failure;
            }
        }
    }

    /// <summary>Runs one dump request, whole: when the table changed underneath (NLM_F_DUMP_INTR), it starts again.</summary>
    /// <param name="begin">Called at the start of each attempt, to forget what an interrupted one read.</param>
    internal void Dump(NetlinkBatch request, Action begin, MessageHandler handle)
    {
        lock (_gate)
        {
            for (int attempt = 0; attempt < MaxDumpAttempts; attempt++)
            {
                begin();
                if (TryDump(request, handle))
                {
                    return;
                }
            }
        }

        throw new LinuxException(request.Requests[0].Operation, request.Requests[0].Target, Errno.EINTR, "the table changed during every attempt to read it");
    }

    public void Dispose() => _socket.Dispose();

    private bool TryDump(NetlinkBatch request, MessageHandler handle)
    {
        int sequence = Send(request);
        bool consistent = true;
        byte[] buffer = new byte[ReceiveSize];
        while (true)
        {
            foreach (NetlinkMessage message in new MessageReader(Receive(buffer)))
            {
                if (message.Sequence != sequence)
                {
                    continue;
                }

                consistent &= (message.Flags & MessageFlags.DumpInterrupted) == 0;
                switch (message.Type)
                {
                    case MessageType.Done:
                        return consistent;
                    case MessageType.Error when FailureOf(message, request.Requests[0]) is { } failure:
                        throw failure;
                    default:
                        handle(message.Type, message.Body);
                        break;
                }
            }
        }
    }

    /// <returns>The sequence number of the first request.</returns>
    private int Send(NetlinkBatch batch)
    {
        int first = _sequence + 1;
        batch.NumberFrom(first);
        _sequence += batch.Requests.Count;
        ReadOnlySpan<byte> bytes = batch.Bytes;

        // SAFETY: the span is pinned for the length of the call, which only reads it.
        fixed (byte* data = bytes)
        {
            nint sent;
            Errno errno;
            do
            {
                sent = LibC.SendBytes(_socket, data, (nuint)bytes.Length, 0);
                errno = ErrnoExtensions.Last;
            }
            while (sent < 0 && errno == Errno.EINTR);

            return sent == bytes.Length ? first : throw new LinuxException("send netlink request", batch.Requests[0].Target, errno);
        }
    }

    private ReadOnlySpan<byte> Receive(byte[] buffer)
    {
        // SAFETY: the array is pinned for the length of the call, which writes at most its length.
        fixed (byte* data = buffer)
        {
            nint received;
            Errno errno;
            do
            {
                received = LibC.ReceiveBytes(_socket, data, (nuint)buffer.Length, 0);
                errno = ErrnoExtensions.Last;
            }
            while (received < 0 && errno == Errno.EINTR);

            return received >= 0 ? buffer.AsSpan(0, (int)received) : throw new LinuxException("receive netlink answer", "", errno);
        }
    }

    private static LinuxException? FailureOf(NetlinkMessage message, NetlinkRequest request)
    {
        int error = message.Body.Length >= 4 ? MemoryMarshal.Read<int>(message.Body) : -(int)Errno.EIO;
        return error == 0 ? null : new LinuxException(request.Operation, request.Target, (Errno)(-error), ExtendedText(message));
    }

    /// <summary>struct nlmsgerr: errno, the header of the request, the request itself unless capped, then attributes.</summary>
    private static string? ExtendedText(NetlinkMessage message)
    {
        if ((message.Flags & MessageFlags.HasAttributes) == 0 || message.Body.Length < 4 + NetlinkBatch.HeaderSize)
        {
            return null;
        }

        int echoed = (message.Flags & MessageFlags.Capped) != 0 ? NetlinkBatch.HeaderSize : (MemoryMarshal.Read<int>(message.Body[4..]) + 3) & -4;
        if (4 + echoed > message.Body.Length)
        {
            return null;
        }

        var attributes = new AttributeReader(message.Body[(4 + echoed)..]);
        while (attributes.Read())
        {
            if (attributes.Type == ErrorMessageAttribute)
            {
                return attributes.Text;
            }
        }

        return null;
    }
}
