using Wharf.Api;
using Wharf.Api.Containers;
using Wharf.Daemon.Mapping;
using Wharf.Daemon.Versions;
using Wharf.Engine;
using Wharf.Engine.Containers;

namespace Wharf.Daemon.Endpoints;

/// <summary><c>/containers</c>: making, finding, changing and removing. Running them is in <see cref="ContainerLifecycleEndpoints"/>.</summary>
internal static class ContainerEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, WharfEngine engine)
    {
        var list = new ContainerListCache(engine.Containers, TimeProvider.System);
        routes.MapGet("/containers/json", context => List(context, engine, list));
        routes.MapPost("/containers/create", context => Create(context, engine));
        routes.MapPost("/containers/prune", context => Prune(context, engine));
        routes.MapGet("/containers/{id}/json", context => Inspect(context, engine));
        routes.MapGet("/containers/{id}/top", context => Top(context, engine));
        routes.MapPost("/containers/{id}/rename", context => Rename(context, engine));
        routes.MapPost("/containers/{id}/update", context => Update(context, engine));
        routes.MapDelete("/containers/{id}", context => Remove(context, engine));
    }

    private static Task List(HttpContext context, WharfEngine engine, ContainerListCache cache)
    {
        var request = new ListRequest
        {
            All = context.QueryFlag("all"),
            Limit = Math.Max(0, context.QueryNumber("limit") ?? 0),
            Filters = Filters.Parse(context.Query("filters")),
        };
        if (!context.QueryFlag("size"))
        {
            return cache.WriteAsync(context, request);
        }

        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        List<ContainerSummary> summaries = [.. engine.Containers.List(request).Select(container =>
        {
            ContainerSummary summary = ContainerMapping.Summarize(container, now);
            ContainerSize size = engine.Containers.Measure(container.Id);
            summary.SizeRw = size.Written;
            summary.SizeRootFs = size.Total;
            return summary;
        })];
        return context.WriteJsonAsync(summaries, ApiJson.Default.ListContainerSummary);
    }

    private static async Task Create(HttpContext context, WharfEngine engine)
    {
        ContainerCreateRequest request = await context.ReadJsonAsync(ApiJson.Default.ContainerCreateRequest);
        CreateResult made = await engine.Containers.CreateAsync(
            ContainerMapping.ToEngine(request, context.Query("name"), context.Query("platform")), context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status201Created;
        await context.WriteJsonAsync(new ContainerCreateResponse { Id = made.Id, Warnings = made.Warnings }, ApiJson.Default.ContainerCreateResponse);
    }

    private static Task Inspect(HttpContext context, WharfEngine engine)
    {
        ContainerSnapshot container = engine.Containers.Find(context.RouteValue("id"));
        ContainerInspect inspected = ContainerMapping.Inspect(container, engine.Options);
        if (context.QueryFlag("size"))
        {
            ContainerSize size = engine.Containers.Measure(container.Id);
            inspected.SizeRw = size.Written;
            inspected.SizeRootFs = size.Total;
        }

        V1_52.Downgrade(VersionNegotiation.Of(context), inspected);
        return context.WriteJsonAsync(inspected, ApiJson.Default.ContainerInspect);
    }

    private static async Task Top(HttpContext context, WharfEngine engine)
    {
        TopResult top = engine.Containers.Top(context.RouteValue("id"), context.Query("ps_args"));
        await context.WriteJsonAsync(new ContainerTopResponse { Titles = top.Titles, Processes = top.Processes }, ApiJson.Default.ContainerTopResponse);
    }

    private static async Task Rename(HttpContext context, WharfEngine engine)
    {
        string name = context.Query("name") ?? throw WharfException.Invalid("Neither old nor new names may be empty");
        await engine.Containers.RenameAsync(context.RouteValue("id"), name.TrimStart('/'), context.RequestAborted);
        await context.NoContent();
    }

    private static async Task Update(HttpContext context, WharfEngine engine)
    {
        ContainerUpdateRequest request = await context.ReadJsonAsync(ApiJson.Default.ContainerUpdateRequest);
        IReadOnlyList<string> warnings = await engine.Containers.UpdateAsync(
            context.RouteValue("id"),
            new UpdateRequest { Resources = ResourcesMapping.ToEngine(request), RestartPolicy = HostConfigMapping.ToEngine(request.RestartPolicy) },
            context.RequestAborted);
        await context.WriteJsonAsync(new ContainerUpdateResponse { Warnings = warnings }, ApiJson.Default.ContainerUpdateResponse);
    }

    private static async Task Remove(HttpContext context, WharfEngine engine)
    {
        await engine.Containers.RemoveAsync(context.RouteValue("id"), context.QueryFlag("force"), context.QueryFlag("v"), context.RequestAborted);
        await context.NoContent();
    }

    private static async Task Prune(HttpContext context, WharfEngine engine)
    {
        PruneResult pruned = await engine.Containers.PruneAsync(Filters.Parse(context.Query("filters")), context.RequestAborted);
        await context.WriteJsonAsync(
            new ContainerPruneResponse { ContainersDeleted = pruned.Deleted, SpaceReclaimed = pruned.SpaceReclaimed }, ApiJson.Default.ContainerPruneResponse);
    }
}
