using Wharf.Api;
using Wharf.Api.Containers;
using Wharf.Engine;
using Wharf.Engine.Containers;

namespace Wharf.Daemon.Endpoints;

/// <summary><c>/containers/{id}/…</c>: starting, stopping, signalling and waiting. "Changed nothing" is 304, which is no error.</summary>
internal static class ContainerLifecycleEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, WharfEngine engine)
    {
        ContainerService containers = engine.Containers;
        routes.MapPost("/containers/{id}/start", context => Start(context, containers));
        routes.MapPost("/containers/{id}/stop", context => Stop(context, containers));
        routes.MapPost("/containers/{id}/restart", context => Restart(context, containers));
        routes.MapPost("/containers/{id}/kill", context => Kill(context, containers));
        routes.MapPost("/containers/{id}/pause", context => Pause(context, containers));
        routes.MapPost("/containers/{id}/unpause", context => Unpause(context, containers));
        routes.MapPost("/containers/{id}/resize", context => Resize(context, containers));
        routes.MapPost("/containers/{id}/wait", context => Wait(context, containers));
    }

    private static async Task Start(HttpContext context, ContainerService containers) =>
        context.Response.StatusCode = Changed(await containers.StartAsync(context.RouteValue("id"), context.RequestAborted));

    private static async Task Stop(HttpContext context, ContainerService containers) =>
        context.Response.StatusCode = Changed(await containers.StopAsync(
            context.RouteValue("id"), context.Query("signal"), context.QueryNumber("t"), context.RequestAborted));

    private static async Task Restart(HttpContext context, ContainerService containers)
    {
        await containers.RestartAsync(context.RouteValue("id"), context.Query("signal"), context.QueryNumber("t"), context.RequestAborted);
        await context.NoContent();
    }

    private static async Task Kill(HttpContext context, ContainerService containers)
    {
        await containers.KillAsync(context.RouteValue("id"), context.Query("signal"), context.RequestAborted);
        await context.NoContent();
    }

    private static async Task Pause(HttpContext context, ContainerService containers)
    {
        await containers.PauseAsync(context.RouteValue("id"), context.RequestAborted);
        await context.NoContent();
    }

    private static async Task Unpause(HttpContext context, ContainerService containers)
    {
        await containers.UnpauseAsync(context.RouteValue("id"), context.RequestAborted);
        await context.NoContent();
    }

    private static async Task Resize(HttpContext context, ContainerService containers)
    {
        (int rows, int columns) = TerminalSize(context);
        await containers.ResizeAsync(context.RouteValue("id"), rows, columns, context.RequestAborted);
    }

    /// <summary>
    /// The head goes out as soon as the wait is registered: clients wait for it before they start the container, so that no exit is missed.
    /// </summary>
    private static async Task Wait(HttpContext context, ContainerService containers)
    {
        WaitCondition condition = context.Query("condition") switch
        {
            null or "not-running" => WaitCondition.NotRunning,
            "next-exit" => WaitCondition.NextExit,
            "removed" => WaitCondition.Removed,
            { } other => throw WharfException.Invalid($"invalid condition: \"{other}\""),
        };
        Task<WaitResult> ended = containers.WaitAsync(context.RouteValue("id"), condition, context.RequestAborted);
        if (ended.IsFaulted)
        {
            await ended;
        }

        context.Response.ContentType = "application/json";
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        WaitResult result = await ended;
        var answer = new ContainerWaitResponse
        {
            StatusCode = result.ExitCode,
            Error = result.Error is { } message ? new ContainerWaitError { Message = message } : null,
        };
        ApiJson.Write(context.Response.BodyWriter, answer, ApiJson.Default.ContainerWaitResponse);
    }

    /// <exception cref="WharfException">InvalidArgument: missing, or not a size that a terminal can have.</exception>
    internal static (int Rows, int Columns) TerminalSize(HttpContext context)
    {
        int rows = context.QueryNumber("h") ?? throw WharfException.Invalid("invalid resize height \"\": value is empty");
        int columns = context.QueryNumber("w") ?? throw WharfException.Invalid("invalid resize width \"\": value is empty");
        return rows is >= 0 and <= ushort.MaxValue && columns is >= 0 and <= ushort.MaxValue
            ? (rows, columns)
            : throw WharfException.Invalid($"invalid terminal size {rows}x{columns}: value out of range");
    }

    private static int Changed(bool changed) => changed ? StatusCodes.Status204NoContent : StatusCodes.Status304NotModified;
}
