using Wharf.Api;
using Wharf.Api.Common;
using Wharf.Daemon.Mapping;
using Wharf.Daemon.Streams;
using Wharf.Engine;
using Wharf.Engine.Builds;

namespace Wharf.Daemon.Endpoints;

/// <summary>
/// <c>/build</c> and what belongs to it: the classic door (<see cref="ClassicBuild"/>), Wharf's own (<see cref="BuildSession"/>), the cache.
/// BuildKit's protocol (<c>/session</c>, <c>/grpc</c>) is not spoken.
/// </summary>
internal static class BuildEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, WharfEngine engine)
    {
        var running = new RunningBuilds();
        routes.MapPost("/build", context => ClassicBuild.RunAsync(context, engine, running));
        routes.MapPost("/build/cancel", context => Cancel(context, running));
        routes.MapPost("/build/prune", context => Prune(context, engine.Builds));
        routes.MapPost("/wharf/build", context => Session(context, engine));
        routes.MapPost("/session", BuildKitOnly);
        routes.MapPost("/grpc", BuildKitOnly);
    }

    private static async Task Session(HttpContext context, WharfEngine engine)
    {
        await using var session = new BuildSession(engine);
        await Hijack.RunAsync(context, session);
    }

    private static Task Cancel(HttpContext context, RunningBuilds running)
    {
        running.Cancel(context.Query("id") ?? throw WharfException.Invalid("build ID not provided"));
        return context.NoContent();
    }

    private static async Task Prune(HttpContext context, BuildService builder)
    {
        BuildPruneResult pruned = await builder.PruneAsync(
            new BuildPruneRequest
            {
                All = context.QueryFlag("all"),
                Filters = Filters.Parse(context.Query("filters")),
                ReservedSpace = Bytes(context, "reserved-space") ?? Bytes(context, "keep-storage"),
                MaxUsedSpace = Bytes(context, "max-used-space"),
                MinFreeSpace = Bytes(context, "min-free-space"),
            },
            CancellationToken.None);
        await context.WriteJsonAsync(
            new BuildPruneResponse { CachesDeleted = pruned.Deleted.Count == 0 ? null : pruned.Deleted, SpaceReclaimed = pruned.SpaceReclaimed },
            ApiJson.Default.BuildPruneResponse);
    }

    private static long? Bytes(HttpContext context, string name)
    {
        if (context.Query(name) is not { } text)
        {
            return null;
        }

        return long.TryParse(text, out long bytes) && bytes >= 0
            ? bytes
            : throw WharfException.Invalid($"{name} is in bytes and expects an integer, got {text}");
    }

    private static Task BuildKitOnly(HttpContext context) => throw new WharfException(
        ErrorKind.NotImplemented, "this daemon does not speak BuildKit's protocol: set DOCKER_BUILDKIT=0, or build with 'wharf build'");
}
