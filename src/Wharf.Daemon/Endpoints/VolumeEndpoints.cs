using Wharf.Api;
using Wharf.Api.Volumes;
using Wharf.Daemon.Mapping;
using Wharf.Daemon.Versions;
using Wharf.Engine;
using Wharf.Engine.Volumes;

namespace Wharf.Daemon.Endpoints;

/// <summary><c>/volumes</c>.</summary>
internal static class VolumeEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, WharfEngine engine)
    {
        VolumeService volumes = engine.Volumes;
        routes.MapGet("/volumes", context => List(context, volumes));
        routes.MapPost("/volumes/create", context => Create(context, volumes));
        routes.MapPost("/volumes/prune", context => Prune(context, volumes));
        routes.MapGet("/volumes/{name}", context => Inspect(context, volumes));
        routes.MapDelete("/volumes/{name}", context => Remove(context, volumes));
    }

    private static Task List(HttpContext context, VolumeService volumes)
    {
        IReadOnlyList<Engine.Volumes.Volume> found = volumes.List(Filters.Parse(context.Query("filters")));
        return context.WriteJsonAsync(new VolumeListResponse { Volumes = [.. found.Select(VolumeMapping.ToWire)] }, ApiJson.Default.VolumeListResponse);
    }

    private static async Task Create(HttpContext context, VolumeService volumes)
    {
        VolumeCreateRequest request = await context.ReadJsonAsync(ApiJson.Default.VolumeCreateRequest);
        Engine.Volumes.Volume made = volumes.Create(VolumeMapping.ToEngine(request));
        context.Response.StatusCode = StatusCodes.Status201Created;
        await context.WriteJsonAsync(VolumeMapping.ToWire(made), ApiJson.Default.Volume);
    }

    private static Task Inspect(HttpContext context, VolumeService volumes) =>
        context.WriteJsonAsync(VolumeMapping.ToWire(volumes.Find(context.RouteValue("name"))), ApiJson.Default.Volume);

    private static Task Remove(HttpContext context, VolumeService volumes)
    {
        volumes.Remove(context.RouteValue("name"), context.QueryFlag("force"));
        return context.NoContent();
    }

    private static Task Prune(HttpContext context, VolumeService volumes)
    {
        IReadOnlyDictionary<string, IReadOnlyList<string>> filters = Filters.Parse(context.Query("filters"));
        VolumePruneResult pruned = volumes.Prune(V1_42.VolumePruneFilters(VersionNegotiation.Of(context), filters));
        return context.WriteJsonAsync(
            new VolumePruneResponse { VolumesDeleted = pruned.Deleted, SpaceReclaimed = pruned.SpaceReclaimed },
            ApiJson.Default.VolumePruneResponse);
    }
}
