using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Wharf.Linux.Netlink;

/// <summary>
/// Requests written one behind another, for one send: the kernel handles them in order, each on its own, so a later one may count on an
/// earlier one, and a failure does not stop the rest. The verbs of <see cref="Links"/>, <see cref="Addresses"/> and so on append to it.
/// Layout: netlink(7), rtnetlink(7); everything is in host order and aligned to four bytes.
/// </summary>
public sealed class NetlinkBatch
{
    internal const int HeaderSize = 16;
    private const int Alignment = 4;
    private readonly List<NetlinkRequest> _requests = [];
    private byte[] _buffer = new byte[1024];
    private int _length;

    /// <summary>How many requests it holds.</summary>
    public int Count => _requests.Count;

    internal ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    internal IReadOnlyList<NetlinkRequest> Requests => _requests;

    /// <param name="operation">What the request does, for the message if it fails: <c>add link</c>.</param>
    /// <param name="target">What it is done to.</param>
    internal void Begin(MessageType type, MessageFlags flags, string operation, string target)
    {
        _requests.Add(new NetlinkRequest(_length, operation, target));
        Span<byte> header = Reserve(HeaderSize);
        MemoryMarshal.Write(header[4..], (ushort)type);
        MemoryMarshal.Write(header[6..], (ushort)(flags | MessageFlags.Request));
        MemoryMarshal.Write(header[8..], _requests.Count);
    }

    internal void End() => PatchInt32(_requests[^1].Offset, _length - _requests[^1].Offset);

    /// <summary>The fixed part behind the header: ifinfomsg, ifaddrmsg, rtmsg, ….</summary>
    internal void Fixed<T>(in T value)
        where T : unmanaged => MemoryMarshal.Write(Reserve(Unsafe.SizeOf<T>()), value);

    internal void Attribute(ushort type, ReadOnlySpan<byte> value) => value.CopyTo(ReserveAttribute(type, value.Length));

    internal void Attribute(ushort type, byte value) => ReserveAttribute(type, 1)[0] = value;

    internal void Attribute(ushort type, int value) => MemoryMarshal.Write(ReserveAttribute(type, 4), value);

    /// <summary>
    /// A descriptor by number. The caller holds the handle until the batch has been executed, so that the number stays its own.
    /// </summary>
    internal void Attribute(ushort type, SafeFileHandle descriptor) => Attribute(type, (int)descriptor.DangerousGetHandle());

    /// <summary>A C string, with its terminator.</summary>
    internal void Attribute(ushort type, string value) => Encoding.UTF8.GetBytes(value, ReserveAttribute(type, Encoding.UTF8.GetByteCount(value) + 1));

    internal void Attribute(ushort type, IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        Attribute(type, bytes[..length]);
    }

    /// <returns>For <see cref="EndNested"/>.</returns>
    internal int BeginNested(ushort type)
    {
        int start = _length;
        ReserveAttribute(type, 0);
        return start;
    }

    internal void EndNested(int start) => MemoryMarshal.Write(_buffer.AsSpan(start), (ushort)(_length - start));

    /// <summary>Sequence numbers unique to the socket, so that an answer cannot be taken for another's.</summary>
    internal void NumberFrom(int first)
    {
        for (int i = 0; i < _requests.Count; i++)
        {
            PatchInt32(_requests[i].Offset + 8, first + i);
        }
    }

    private Span<byte> ReserveAttribute(ushort type, int length)
    {
        Span<byte> attribute = Reserve(4 + length);
        MemoryMarshal.Write(attribute, (ushort)(4 + length));
        MemoryMarshal.Write(attribute[2..], type);
        return attribute[4..];
    }

    /// <summary>Zeroed room of <paramref name="length"/> bytes, and padding behind it.</summary>
    private Span<byte> Reserve(int length)
    {
        int padded = (length + Alignment - 1) & -Alignment;
        if (_length + padded > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + padded));
        }

        Span<byte> room = _buffer.AsSpan(_length, length);
        _length += padded;
        return room;
    }

    private void PatchInt32(int offset, int value) => MemoryMarshal.Write(_buffer.AsSpan(offset), value);
}

/// <summary>One request of a batch: where it starts, and what to call it when it fails.</summary>
internal readonly record struct NetlinkRequest(int Offset, string Operation, string Target);
