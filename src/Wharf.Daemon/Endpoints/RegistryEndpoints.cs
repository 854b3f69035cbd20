using Wharf.Api;
using Wharf.Api.Server;
using Wharf.Daemon.Mapping;
using Wharf.Daemon.Versions;
using Wharf.Engine;
using Wharf.Engine.Images;
using Wharf.Oci;

namespace Wharf.Daemon.Endpoints;

/// <summary><c>/auth</c> and <c>/distribution</c>: what is asked of registries without storing anything.</summary>
internal static class RegistryEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, WharfEngine engine)
    {
        var inspect = new InspectDistribution(engine.Registry);
        routes.MapPost("/auth", context => LogIn(context, engine));
        routes.MapGet("/distribution/{name}/json", context => Inspect(context, inspect));
    }

    private static async Task LogIn(HttpContext context, WharfEngine engine)
    {
        AuthConfig config = await context.ReadJsonAsync(ApiJson.Default.AuthConfig);
        await engine.Registry.LogInAsync(config.ServerAddress, RegistryMapping.ToEngine(config), context.RequestAborted);
        await context.WriteJsonAsync(new AuthResponse { Status = "Login Succeeded" }, ApiJson.Default.AuthResponse);
    }

    private static async Task Inspect(HttpContext context, InspectDistribution inspect)
    {
        ImageReference reference = ImageNames.Parse(ObjectNames.Of(context));
        Distribution found = await inspect.RunAsync(reference, RegistryMapping.CredentialsOf(context), context.RequestAborted);
        await context.WriteJsonAsync(RegistryMapping.ToWire(found), ApiJson.Default.DistributionInspect);
    }
}
