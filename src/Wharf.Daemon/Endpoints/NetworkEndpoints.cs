using Wharf.Api;
using Wharf.Api.Networks;
using Wharf.Daemon.Mapping;
using Wharf.Engine;
using Wharf.Engine.Containers;
using Wharf.Engine.Networks;

namespace Wharf.Daemon.Endpoints;

/// <summary><c>/networks</c>.</summary>
internal static class NetworkEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, WharfEngine engine)
    {
        routes.MapGet("/networks", context => List(context, engine.Networks));
        routes.MapPost("/networks/create", context => Create(context, engine.Networks));
        routes.MapPost("/networks/prune", context => Prune(context, engine));
        routes.MapGet("/networks/{id}", context => Inspect(context, engine.Networks));
        routes.MapDelete("/networks/{id}", context => Remove(context, engine.Networks));
        routes.MapPost("/networks/{id}/connect", context => Connect(context, engine.Containers));
        routes.MapPost("/networks/{id}/disconnect", context => Disconnect(context, engine.Containers));
    }

    private static Task List(HttpContext context, NetworkService networks)
    {
        IReadOnlyList<Engine.Networks.Network> found = networks.List(Filters.Parse(context.Query("filters")));
        return context.WriteJsonAsync([.. found.Select(NetworkMapping.ToWire)], ApiJson.Default.ListNetwork);
    }

    private static async Task Create(HttpContext context, NetworkService networks)
    {
        NetworkCreateRequest request = await context.ReadJsonAsync(ApiJson.Default.NetworkCreateRequest);
        Engine.Networks.Network made = networks.Create(NetworkMapping.ToEngine(request));
        context.Response.StatusCode = StatusCodes.Status201Created;
        await context.WriteJsonAsync(new NetworkCreateResponse { Id = made.Id }, ApiJson.Default.NetworkCreateResponse);
    }

    private static Task Inspect(HttpContext context, NetworkService networks) =>
        context.WriteJsonAsync(NetworkMapping.ToWire(networks.Inspect(context.RouteValue("id"))), ApiJson.Default.Network);

    private static Task Remove(HttpContext context, NetworkService networks)
    {
        networks.Remove(context.RouteValue("id"));
        return context.NoContent();
    }

    private static Task Prune(HttpContext context, WharfEngine engine)
    {
        IReadOnlyDictionary<string, IReadOnlyList<string>> filters = Filters.Parse(context.Query("filters"));
        HashSet<string> inUse = [.. engine.Containers.List(new ListRequest { All = true }).SelectMany(container => container.Endpoints.Keys)];
        return context.WriteJsonAsync(
            new NetworkPruneResponse { NetworksDeleted = engine.Networks.Prune(filters, inUse) }, ApiJson.Default.NetworkPruneResponse);
    }

    private static async Task Connect(HttpContext context, ContainerService containers)
    {
        NetworkConnectRequest request = await context.ReadJsonAsync(ApiJson.Default.NetworkConnectRequest);
        await containers.ConnectAsync(
            request.Container ?? "",
            context.RouteValue("id"),
            ContainerMapping.ToEngine(request.EndpointConfig ?? new Api.Networks.EndpointSettings()),
            context.RequestAborted);
    }

    private static async Task Disconnect(HttpContext context, ContainerService containers)
    {
        NetworkDisconnectRequest request = await context.ReadJsonAsync(ApiJson.Default.NetworkDisconnectRequest);
        await containers.DisconnectAsync(request.Container ?? "", context.RouteValue("id"), context.RequestAborted);
    }
}
