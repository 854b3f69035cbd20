using Wharf.Api;
using Wharf.Api.Server;
using Wharf.Daemon.Mapping;
using Wharf.Daemon.Versions;
using Wharf.Engine;
using Wharf.Engine.Images;
using Wharf.Engine.Images.Registry;
using Wharf.Oci;

namespace Wharf.Daemon.Endpoints;

/// <summary><c>/auth</c>, <c>/distribution</c> and <c>/images/search</c>: what is asked of registries without storing anything.</summary>
internal static class RegistryEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, WharfEngine engine)
    {
        var inspect = new InspectDistribution(engine.Registry);
        routes.MapPost("/auth", context => LogIn(context, engine));
        var search = new SearchImages(engine.Registry);
        routes.MapGet("/images/search", context => Search(context, search));
        routes.MapGet("/distribution/{name}/json", context => Inspect(context, inspect));
    }

    private static async Task LogIn(HttpContext context, WharfEngine engine)
    {
        AuthConfig config = await context.ReadJsonAsync(ApiJson.Default.AuthConfig);
        string? identityToken = await engine.Registry.LogInAsync(config.ServerAddress, RegistryMapping.ToEngine(config), context.RequestAborted);
        await context.WriteJsonAsync(new AuthResponse { Status = "Login Succeeded", IdentityToken = identityToken ?? "" }, ApiJson.Default.AuthResponse);
    }

    private static async Task Search(HttpContext context, SearchImages search)
    {
        IReadOnlyList<FoundImage> found = await search.RunAsync(
            context.Query("term") ?? "",
            context.QueryNumber("limit"),
            Filters.Parse(context.Query("filters")),
            RegistryMapping.CredentialsOf(context),
            context.RequestAborted);
        await context.WriteJsonAsync([.. found.Select(RegistryMapping.ToWire)], ApiJson.Default.ListImageSearchItem);
    }

    private static async Task Inspect(HttpContext context, InspectDistribution inspect)
    {
        ImageReference reference = ImageNames.Parse(ObjectNames.Of(context));
        Distribution found = await inspect.RunAsync(reference, RegistryMapping.CredentialsOf(context), context.RequestAborted);
        await context.WriteJsonAsync(RegistryMapping.ToWire(found), ApiJson.Default.DistributionInspect);
    }
}
