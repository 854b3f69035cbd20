using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Fds;

/// <summary>What a descriptor is ready for, or is asked to be watched for. The last two are always reported.</summary>
[Flags]
public enum Readiness : uint
{
    None = 0,
    Readable = 0x001,
    Writable = 0x004,
    Error = 0x008,

    /// <summary>Both directions are over: of a socket, that the other side has closed it, not merely stopped sending.</summary>
    HungUp = 0x010,
}

/// <param name="Token">What the descriptor was added with.</param>
public readonly record struct ReadyDescriptor(long Token, Readiness Readiness);

/// <summary>One epoll(7) instance, level-triggered. Not for more than one thread, but for <see cref="Watch"/>.</summary>
public sealed unsafe class Epoll : IDisposable
{
    private const int BatchSize = 32;

    /// <summary>struct epoll_event has 12 bytes where it is packed, otherwise 16 with the data at 8.</summary>
    private static readonly int EventSize = LibC.EpollEventIsPacked ? 12 : 16;
    private static readonly int DataOffset = EventSize - sizeof(long);

    private readonly SafeFileHandle _epoll;

    public Epoll()
    {
        _epoll = LibC.EpollCreate(LibC.EPOLL_CLOEXEC);
        if (_epoll.IsInvalid)
        {
            throw new LinuxException("epoll_create", "", ErrnoExtensions.Last);
        }
    }

    public void Watch(SafeHandle descriptor, Readiness interest, long token) => Control(LibC.EPOLL_CTL_ADD, descriptor, interest, token);

    public void Change(SafeHandle descriptor, Readiness interest, long token) => Control(LibC.EPOLL_CTL_MOD, descriptor, interest, token);

    /// <summary>Call before the descriptor is closed: a duplicate elsewhere would keep it watched.</summary>
    public void Forget(SafeHandle descriptor) => Control(LibC.EPOLL_CTL_DEL, descriptor, Readiness.None, 0);

    /// <summary>Waits until something is ready.</summary>
    /// <param name="ready">At least 32 places.</param>
    /// <param name="milliseconds">-1 for as long as it takes.</param>
    /// <returns>How many places were filled; 0 after the time, or a signal.</returns>
    public int Wait(Span<ReadyDescriptor> ready, int milliseconds)
    {
        byte* events = stackalloc byte[BatchSize * 16];
        int capacity = Math.Min(ready.Length, BatchSize);

        // SAFETY: the buffer holds `capacity` events in either layout.
        int count = LibC.EpollWait(_epoll, events, capacity, milliseconds);
        if (count < 0)
        {
            Errno errno = ErrnoExtensions.Last;
            return errno == Errno.EINTR ? 0 : throw new LinuxException("epoll_wait", "", errno);
        }

        var bytes = new ReadOnlySpan<byte>(events, count * EventSize);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> one = bytes.Slice(i * EventSize, EventSize);
            ready[i] = new ReadyDescriptor(
                BinaryPrimitives.ReadInt64LittleEndian(one[DataOffset..]), (Readiness)BinaryPrimitives.ReadUInt32LittleEndian(one));
        }

        return count;
    }

    public void Dispose() => _epoll.Dispose();

    private void Control(int operation, SafeHandle descriptor, Readiness interest, long token)
    {
        byte* change = stackalloc byte[16];
        var bytes = new Span<byte>(change, 16);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)interest);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[DataOffset..], token);
        if (LibC.EpollControl(_epoll, operation, descriptor, change) != 0)
        {
            Errno errno = ErrnoExtensions.Last;
            throw new LinuxException("epoll_ctl", "", errno);
        }
    }
}
