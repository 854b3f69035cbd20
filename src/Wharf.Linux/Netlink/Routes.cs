using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Wharf.Linux.Netlink;

/// <summary>A route of the main table.</summary>
/// <param name="Interface">Index of the interface it leaves through; 0 when it has several.</param>
public sealed record Route(IPNetwork Destination, IPAddress? Gateway, int Interface);

/// <summary>Routes: RTM_*ROUTE of rtnetlink(7).</summary>
public static class Routes
{
    private const ushort DestinationAttribute = 1;
    private const ushort OutInterface = 4;
    private const ushort GatewayAttribute = 5;
    private const byte MainTable = 254;
    private const byte BootProtocol = 3;
    private const byte Unicast = 1;

    /// <summary>The default route, through <paramref name="gateway"/>.</summary>
    public static void AddDefaultRoute(this NetlinkBatch batch, IPAddress gateway, int index)
    {
        batch.Begin(
            MessageType.NewRoute,
            MessageFlags.Create | MessageFlags.Replace | MessageFlags.Acknowledge,
            "add default route via",
            gateway.ToString());
        batch.Fixed(new RouteHeader { Family = Families.Of(gateway), Table = MainTable, Protocol = BootProtocol, Type = Unicast });
        batch.Attribute(GatewayAttribute, gateway);
        batch.Attribute(OutInterface, index);
        batch.End();
    }

    /// <summary>Unicast routes of the main table, both families.</summary>
    public static IReadOnlyList<Route> ListRoutes(this NetlinkSocket socket)
    {
        var request = new NetlinkBatch();
        request.Begin(MessageType.GetRoute, MessageFlags.Dump, "list routes", "");
        request.Fixed(default(RouteHeader));
        request.End();
        List<Route> routes = [];
        socket.Dump(request, routes.Clear, (type, body) =>
        {
            if (type == MessageType.NewRoute && Parse(body) is { } route)
            {
                routes.Add(route);
            }
        });
        return routes;
    }

    internal static Route? Parse(ReadOnlySpan<byte> body)
    {
        if (body.Length < Unsafe.SizeOf<RouteHeader>())
        {
            return null;
        }

        RouteHeader header = MemoryMarshal.Read<RouteHeader>(body);
        if (header.Table != MainTable || header.Type != Unicast)
        {
            return null;
        }

        IPAddress destination = header.Family == Syscalls.LibC.AF_INET ? IPAddress.Any : IPAddress.IPv6Any;
        IPAddress? gateway = null;
        int index = 0;
        var attributes = new AttributeReader(body[Unsafe.SizeOf<RouteHeader>()..]);
        while (attributes.Read())
        {
            switch (attributes.Type)
            {
                case DestinationAttribute:
                    destination = attributes.Address ?? destination;
                    break;
                case GatewayAttribute:
                    gateway = attributes.Address;
                    break;
                case OutInterface:
                    index = attributes.Int32;
                    break;
            }
        }

        return new Route(new IPNetwork(destination, header.DestinationLength), gateway, index);
    }
}
