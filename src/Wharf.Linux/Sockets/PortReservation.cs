using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Sockets;

/// <summary>
/// A port of this host, held by a bound socket that never listens: whoever else wants it is told EADDRINUSE, and the kernel does not give it
/// to outgoing connections. .NET's own sockets set SO_REUSEADDR on bind, which would let others share the port.
/// </summary>
public sealed unsafe class PortReservation : IDisposable
{
    private const int SctpProtocol = 132;
    private readonly SafeFileHandle _socket;

    private PortReservation(SafeFileHandle socket, ushort port)
    {
        _socket = socket;
        Port = port;
    }

    public ushort Port { get; }

    /// <param name="port">0 takes a free one of the ephemeral range.</param>
    /// <exception cref="LinuxException">EADDRINUSE when somebody has the port, EADDRNOTAVAIL when the address is not of this host.</exception>
    public static PortReservation Open(ProtocolType protocol, IPAddress address, ushort port)
    {
        string target = $"{new IPEndPoint(address, port)}/{protocol.ToString().ToLowerInvariant()}";
        bool v4 = address.AddressFamily == AddressFamily.InterNetwork;
        SafeFileHandle socket = LibC.Socket(
            v4 ? LibC.AF_INET : LibC.AF_INET6,
            (protocol == ProtocolType.Udp ? LibC.SOCK_DGRAM : LibC.SOCK_STREAM) | LibC.SOCK_CLOEXEC,
            (int)protocol);
        if (socket.IsInvalid)
        {
            Errno errno = ErrnoExtensions.Last;
            throw new LinuxException("open socket for", target, errno);
        }

        try
        {
            return new PortReservation(socket, Bind(socket, address, port, target));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>SCTP in the numbering of <see cref="ProtocolType"/>, which does not name it.</summary>
    public static ProtocolType Sctp => (ProtocolType)SctpProtocol;

    public void Dispose() => _socket.Dispose();

    private static ushort Bind(SafeFileHandle socket, IPAddress address, ushort port, string target)
    {
        bool v4 = address.AddressFamily == AddressFamily.InterNetwork;
        if (!v4)
        {
            int on = 1;
            _ = LibC.SetSocketOption(socket, LibC.IPPROTO_IPV6, LibC.IPV6_V6ONLY, on, sizeof(int));
        }

        // sockaddr_in: family, port, address at 4; sockaddr_in6: family, port, flow, address at 8, scope at 24.
        byte* name = stackalloc byte[28];
        var bytes = new Span<byte>(name, 28);
        bytes.Clear();
        uint length = v4 ? 16u : 28u;
        MemoryMarshal.Write(bytes, (ushort)(v4 ? LibC.AF_INET : LibC.AF_INET6));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], port);
        address.TryWriteBytes(bytes[(v4 ? 4 : 8)..], out _);

        // SAFETY: the buffer holds the larger of the two address structures; length says how much of it is used.
        if (LibC.BindSocket(socket, name, length) != 0)
        {
            Errno errno = ErrnoExtensions.Last;
            throw new LinuxException("bind", target, errno);
        }

        if (LibC.GetSocketName(socket, name, ref length) != 0)
        {
            Errno errno = ErrnoExtensions.Last;
            throw new LinuxException("look up port of", target, errno);
        }

        return BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
    }
}
