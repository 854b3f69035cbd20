using Wharf.Api;
using Wharf.Api.Common;
using Wharf.Daemon.Mapping;
using Wharf.Engine;
using Wharf.Engine.Containers;

namespace Wharf.Daemon.Endpoints;

/// <summary><c>/commit</c> and <c>/containers/{id}/export</c>: what a container has on disk, as an image or an archive.</summary>
internal static class ContainerArchiveEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, WharfEngine engine)
    {
        routes.MapPost("/commit", context => Commit(context, engine.Containers));
        routes.MapGet("/containers/{id}/export", context => Export(context, engine.Containers));
    }

    private static async Task Commit(HttpContext context, ContainerService containers)
    {
        Api.Containers.ContainerConfig? config = await context.ReadOptionalJsonAsync(ApiJson.Default.ContainerConfig);
        string? repository = context.Query("repo");
        var request = new ContainerCommit
        {
            Reference = repository is null ? null : ImageNames.Parse(repository, context.Query("tag")),
            Comment = context.Query("comment") ?? "",
            Author = context.Query("author") ?? "",
            Pause = context.QueryFlag("pause", missing: true),
            Changes = [.. context.Request.Query["changes"].OfType<string>()],
            Config = config is null ? null : ContainerConfigMapping.ToEngine(config),
        };
        string id = await containers.CommitAsync(context.Query("container") ?? "", request, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status201Created;
        await context.WriteJsonAsync(new IdResponse { Id = id }, ApiJson.Default.IdResponse);
    }

    private static Task Export(HttpContext context, ContainerService containers)
    {
        context.Response.ContentType = "application/octet-stream";
        return containers.ExportAsync(context.RouteValue("id"), context.Response.Body, context.RequestAborted);
    }
}
