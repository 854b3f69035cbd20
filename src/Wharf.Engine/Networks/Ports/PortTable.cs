using System.Net;
using System.Net.Sockets;
using Wharf.Linux;
using Wharf.Linux.Sockets;

namespace Wharf.Engine.Networks.Ports;

/// <summary>
/// Ports of the host that containers have published. Each is held by a bound socket of this process, so that no other program takes it; the
/// traffic itself never reaches the socket, the firewall has redirected it before.
/// </summary>
internal sealed class PortTable : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Held> _held = [];

    /// <summary>Reserves all ports of a container, or none.</summary>
    /// <param name="endpoint">The endpoint they lead to, for messages.</param>
    /// <exception cref="WharfException">Internal, in Docker's words: a port is taken.</exception>
    internal List<PublishedPort> Reserve(
        string containerId, string containerName, Endpoint endpoint, IReadOnlyList<PortRequest> requests, IPAddress defaultAddress)
    {
        List<PublishedPort> published = [];
        lock (_gate)
        {
            try
            {
                foreach (PortRequest request in requests)
                {
                    published.Add(ReserveOne(containerId, request, request.HostAddress ?? defaultAddress, endpoint));
                }

                return published;
            }
            catch (PortFailure failure)
            {
                ReleaseLocked(containerId);
                throw new WharfException(
                    ErrorKind.Internal,
                    $"driver failed programming external connectivity on endpoint {containerName} ({endpoint.Id}): {failure.Message}",
                    failure);
            }
        }
    }

    /// <summary>After a restart: takes the ports of a running container again.</summary>
    /// <returns>Those that another program has taken meanwhile; the firewall redirects them all the same.</returns>
    internal List<PublishedPort> Adopt(string containerId, IEnumerable<PublishedPort> ports)
    {
        List<PublishedPort> lost = [];
        lock (_gate)
        {
            foreach (PublishedPort port in ports)
            {
                PortReservation? reservation = null;
                try
                {
                    reservation = PortReservation.Open(KernelProtocol(port.Protocol), port.HostAddress, port.HostPort);
                }
                catch (LinuxException)
                {
                    lost.Add(port);
                }

                _held.Add(new Held(containerId, port, reservation));
            }
        }

        return lost;
    }

    internal void Release(string containerId)
    {
        lock (_gate)
        {
            ReleaseLocked(containerId);
        }
    }

    /// <summary>Lets go of all of them, as the end of the process would.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _held.ForEach(held => held.Reservation?.Dispose());
            _held.Clear();
        }
    }

    private PublishedPort ReserveOne(string containerId, PortRequest request, IPAddress address, Endpoint endpoint)
    {
        if (request.HostPortStart == 0)
        {
            return Take(containerId, request, address, 0, endpoint);
        }

        PortFailure? last = null;
        for (int port = request.HostPortStart; port <= request.HostPortEnd; port++)
        {
            try
            {
                return Take(containerId, request, address, (ushort)port, endpoint);
            }
            catch (PortFailure failure)
            {
                last = failure;
            }
        }

        throw last ?? new PortFailure($"invalid port range {request.HostPortStart}-{request.HostPortEnd}");
    }

    private PublishedPort Take(string containerId, PortRequest request, IPAddress address, ushort port, Endpoint endpoint)
    {
        if (port != 0 && _held.Any(held => Collide(held.Port, request.Protocol, address, port)))
        {
            throw new PortFailure($"Bind for {new IPEndPoint(address, port)} failed: port is already allocated");
        }

        PortReservation? reservation = null;
        try
        {
            reservation = PortReservation.Open(KernelProtocol(request.Protocol), address, port);
        }
        catch (LinuxException failure) when (request.Protocol == PortProtocol.Sctp && port != 0 && failure.Errno is not Errno.EADDRINUSE)
        {
            // A kernel without SCTP sockets of its own still redirects SCTP, and nobody else on it can take the port.
        }
        catch (LinuxException failure)
        {
            throw new PortFailure(
                $"failed to bind host port for {address}:{port}:{endpoint.IPv4}:{request.ContainerPort}/{Name(request.Protocol)}: {failure.Errno.Message()}");
        }

        var published = new PublishedPort(request.Protocol, request.ContainerPort, address, reservation?.Port ?? port);
        _held.Add(new Held(containerId, published, reservation));
        return published;
    }

    private void ReleaseLocked(string containerId)
    {
        foreach (Held held in _held.Where(held => held.ContainerId == containerId))
        {
            held.Reservation?.Dispose();
        }

        _held.RemoveAll(held => held.ContainerId == containerId);
    }

    private static bool Collide(PublishedPort held, PortProtocol protocol, IPAddress address, ushort port) =>
        held.Protocol == protocol
        && held.HostPort == port
        && (held.HostAddress.Equals(address) || held.HostAddress.Equals(IPAddress.Any) || address.Equals(IPAddress.Any));

    internal static string Name(PortProtocol protocol) => protocol switch
    {
        PortProtocol.Udp => "udp",
        PortProtocol.Sctp => "sctp",
        _ => "tcp",
    };

    private static ProtocolType KernelProtocol(PortProtocol protocol) => protocol switch
    {
        PortProtocol.Udp => ProtocolType.Udp,
        PortProtocol.Sctp => PortReservation.Sctp,
        _ => ProtocolType.Tcp,
    };

    private sealed record Held(string ContainerId, PublishedPort Port, PortReservation? Reservation);

    /// <summary>Why one port could not be had; its container's name is added where all are undone.</summary>
    private sealed class PortFailure(string message) : Exception(message);
}
