using Wharf.Engine;

namespace Wharf.Daemon.Endpoints;

/// <summary>
/// <c>/containers/{id}/stats</c> and <c>/attach/ws</c>: what this engine does not do yet. An
/// unknown container is still a 404, so that clients that probe are not misled.
/// </summary>
internal static class ContainerUnsupportedEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, WharfEngine engine)
    {
        routes.MapGet("/containers/{id}/stats", context => Refuse(context, engine, "stats"));
        routes.MapGet("/containers/{id}/attach/ws", context => Refuse(context, engine, "attach over a websocket"));
    }

    private static Task Refuse(HttpContext context, WharfEngine engine, string what)
    {
        engine.Containers.Find(context.RouteValue("id"));
        throw NotSupported(what);
    }

    private static WharfException NotSupported(string what) => new(ErrorKind.NotImplemented, $"{what} is not supported by this version of wharf");
}
