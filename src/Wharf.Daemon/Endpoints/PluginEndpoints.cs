using Wharf.Daemon.Versions;
using Wharf.Engine;

namespace Wharf.Daemon.Endpoints;

/// <summary><c>/plugins</c>: there are none, and none can be installed.</summary>
internal static class PluginEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/plugins", context => context.WriteJsonBytesAsync("[]"u8));
        routes.MapGet("/plugins/{name}/json", NotFound);
        routes.MapDelete("/plugins/{name}", NotFound);
        routes.MapPost("/plugins/{name}/{verb}", NotFound);
        routes.MapPost("/plugins/pull", NotSupported);
        routes.MapPost("/plugins/create", NotSupported);
        routes.MapGet("/plugins/privileges", NotSupported);
    }

    private static Task NotFound(HttpContext context) => throw WharfException.NotFound($"plugin \"{ObjectNames.Of(context)}\" not found");

    private static Task NotSupported(HttpContext context) => throw new WharfException(ErrorKind.NotImplemented, "wharf has no plugins");
}
