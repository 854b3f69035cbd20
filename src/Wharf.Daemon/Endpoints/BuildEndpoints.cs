using Wharf.Api;
using Wharf.Api.Common;
using Wharf.Engine;

namespace Wharf.Daemon.Endpoints;

/// <summary>
/// <c>/build</c>, <c>/session</c>, <c>/grpc</c>: this engine cannot build images yet, and says so. Pruning the build cache finds nothing, which
/// <c>system prune</c> relies on.
/// </summary>
internal static class BuildEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/build", NotSupported);
        routes.MapPost("/session", NotSupported);
        routes.MapPost("/grpc", NotSupported);
        routes.MapPost("/build/cancel", context => context.NoContent());
        routes.MapPost("/build/prune", context => context.WriteJsonAsync(new BuildPruneResponse(), ApiJson.Default.BuildPruneResponse));
    }

    private static Task NotSupported(HttpContext context) =>
        throw new WharfException(ErrorKind.NotImplemented, "this version of wharf cannot build images: build elsewhere, then load, import or pull");
}
