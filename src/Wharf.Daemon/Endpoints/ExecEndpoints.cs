using Wharf.Api;
using Wharf.Api.Common;
using Wharf.Api.Exec;
using Wharf.Daemon.Mapping;
using Wharf.Daemon.Streams;
using Wharf.Engine;
using Wharf.Engine.Containers;
using ExecCreateRequest = Wharf.Api.Exec.ExecCreateRequest;

namespace Wharf.Daemon.Endpoints;

/// <summary><c>/containers/{id}/exec</c> and <c>/exec/{id}/…</c>.</summary>
internal static class ExecEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, WharfEngine engine)
    {
        ContainerService containers = engine.Containers;
        routes.MapPost("/containers/{id}/exec", context => Create(context, containers));
        routes.MapPost("/exec/{id}/start", context => Start(context, containers));
        routes.MapPost("/exec/{id}/resize", context => Resize(context, containers));
        routes.MapGet("/exec/{id}/json", context => Inspect(context, containers));
    }

    private static async Task Create(HttpContext context, ContainerService containers)
    {
        ExecCreateRequest request = await context.ReadJsonAsync(ApiJson.Default.ExecCreateRequest);
        string id = containers.CreateExec(context.RouteValue("id"), ExecMapping.ToEngine(request));
        context.Response.StatusCode = StatusCodes.Status201Created;
        await context.WriteJsonAsync(new IdResponse { Id = id }, ApiJson.Default.IdResponse);
    }

    private static async Task Start(HttpContext context, ContainerService containers)
    {
        ExecStartRequest request = await context.ReadOptionalJsonAsync(ApiJson.Default.ExecStartRequest) ?? new ExecStartRequest();
        string id = context.RouteValue("id");
        ConsoleSize? size = HostConfigMapping.ToEngine(request.ConsoleSize);
        if (request.Detach)
        {
            await containers.StartExecAsync(id, size, context.RequestAborted);
            return;
        }

        await using IStreamSession session = containers.AttachExec(id, size);
        await Hijack.RunAsync(context, session);
    }

    private static async Task Resize(HttpContext context, ContainerService containers)
    {
        (int rows, int columns) = ContainerLifecycleEndpoints.TerminalSize(context);
        await containers.ResizeExecAsync(context.RouteValue("id"), rows, columns, context.RequestAborted);
    }

    private static Task Inspect(HttpContext context, ContainerService containers) =>
        context.WriteJsonAsync(ExecMapping.ToWire(containers.FindExec(context.RouteValue("id"))), ApiJson.Default.ExecInspect);
}
