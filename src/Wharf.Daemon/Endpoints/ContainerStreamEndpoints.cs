using System.Globalization;
using System.Net.WebSockets;
using Wharf.Daemon.Mapping;
using Wharf.Daemon.Streams;
using Wharf.Engine;
using Wharf.Engine.Containers;
using Wharf.Engine.Logs;

namespace Wharf.Daemon.Endpoints;

/// <summary><c>/containers/{id}/logs</c>, <c>/attach</c> and <c>/attach/ws</c>.</summary>
internal static class ContainerStreamEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, WharfEngine engine)
    {
        routes.MapGet("/containers/{id}/logs", context => Logs(context, engine.Containers));
        routes.MapPost("/containers/{id}/attach", context => Attach(context, engine.Containers));
        routes.MapGet("/containers/{id}/attach/ws", context => AttachWebSocket(context, engine.Containers));
    }

    private static async Task Logs(HttpContext context, ContainerService containers)
    {
        var request = new LogRequest
        {
            Stdout = context.QueryFlag("stdout"),
            Stderr = context.QueryFlag("stderr"),
            Follow = context.QueryFlag("follow"),
            Timestamps = context.QueryFlag("timestamps"),
            Details = context.QueryFlag("details"),
            Tail = Tail(context.Query("tail")),
            Since = QueryTime.Parse(context.Query("since")),
            Until = QueryTime.Parse(context.Query("until")),
        };
        if (!request.Stdout && !request.Stderr)
        {
            throw WharfException.Invalid("Bad parameters: you must choose at least one stream");
        }

        ContainerSnapshot container = containers.Find(context.RouteValue("id"));
        context.Response.ContentType = Hijack.MediaType(context, container.Config.Tty);
        await containers.ReadLogsAsync(container.Id, request, new LogOutput(context.Response), context.RequestAborted);
    }

    private static async Task Attach(HttpContext context, ContainerService containers)
    {
        AttachRequest request = RequestOf(context);
        await using IStreamSession session = await containers.AttachAsync(context.RouteValue("id"), request, context.RequestAborted);
        await Hijack.RunAsync(context, session);
    }

    private static async Task AttachWebSocket(HttpContext context, ContainerService containers)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            containers.Find(context.RouteValue("id"));
            throw WharfException.Invalid("not a websocket request");
        }

        await using IStreamSession session = await containers.AttachAsync(context.RouteValue("id"), RequestOf(context), context.RequestAborted);
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        await session.RunAsync(new WebSocketAttachment(socket, session.Tty), context.RequestAborted);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }

    private static AttachRequest RequestOf(HttpContext context) => new()
    {
        Logs = context.QueryFlag("logs"),
        Stream = context.QueryFlag("stream"),
        Stdin = context.QueryFlag("stdin"),
        Stdout = context.QueryFlag("stdout"),
        Stderr = context.QueryFlag("stderr"),
        DetachKeys = context.Query("detachKeys"),
    };

    /// <summary>Docker takes anything that is no number as "all".</summary>
    private static int? Tail(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int lines) ? lines : null;
}
