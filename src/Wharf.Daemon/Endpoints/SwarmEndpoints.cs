using Wharf.Engine;

namespace Wharf.Daemon.Endpoints;

/// <summary>
/// Swarm routes, as an engine that is in no swarm answers them. They are more than a courtesy: <c>docker inspect NAME</c> asks each of these
/// families in turn and goes on only at an answer it knows.
/// </summary>
internal static class SwarmEndpoints
{
    private const string NotManager =
        "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.";

    private static readonly string[] Families = ["services", "nodes", "tasks", "secrets", "configs"];

    internal static void Map(IEndpointRouteBuilder routes)
    {
        foreach (string family in Families)
        {
            routes.Map($"/{family}/{{**rest}}", RefuseAsNotManager);
        }

        routes.MapGet("/swarm", RefuseAsNotManager);
        routes.MapGet("/swarm/unlockkey", RefuseAsNotManager);
        routes.MapPost("/swarm/update", RefuseAsNotManager);
        routes.MapPost("/swarm/leave", _ => throw new WharfException(ErrorKind.Unavailable, "This node is not part of a swarm"));
        routes.MapPost("/swarm/unlock", _ => throw WharfException.Conflict("This node is not part of a swarm"));
        routes.MapPost("/swarm/init", NoSwarm);
        routes.MapPost("/swarm/join", NoSwarm);
    }

    private static Task NoSwarm(HttpContext context) => throw new WharfException(ErrorKind.NotImplemented, "wharf has no swarm mode");

    private static Task RefuseAsNotManager(HttpContext context) => throw new WharfException(ErrorKind.Unavailable, NotManager);
}
