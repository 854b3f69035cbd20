using Wharf.Api;
using Wharf.Api.Events;
using Wharf.Daemon.Mapping;
using Wharf.Daemon.Streams;
using Wharf.Daemon.Versions;
using Wharf.Engine;
using Wharf.Engine.Events;

namespace Wharf.Daemon.Endpoints;

/// <summary><c>/events</c>: what happened since, then what happens until.</summary>
internal static class EventEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, WharfEngine engine) =>
        routes.MapGet("/events", context => Stream(context, engine.Events));

    private static async Task Stream(HttpContext context, EventBus events)
    {
        DateTimeOffset? since = QueryTime.Parse(context.Query("since"));
        DateTimeOffset? until = QueryTime.Parse(context.Query("until"));
        Func<EngineEvent, bool> wanted = EventFilter.From(Filters.Parse(context.Query("filters")));
        using EventSubscription subscription = events.Subscribe();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        if (until is { } end)
        {
            TimeSpan left = end - DateTimeOffset.UtcNow;
            stop.CancelAfter(left > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Min(left.TotalMilliseconds, int.MaxValue)) : TimeSpan.Zero);
        }

        var output = new JsonLines(context);
        await output.StartAsync();
        if (since is not null)
        {
            foreach (EngineEvent past in subscription.Past.Where(past => past.Time >= since && (until is null || past.Time <= until) && wanted(past)))
            {
                await WriteAsync(past);
            }
        }

        try
        {
            await foreach (EngineEvent happened in subscription.Future.ReadAllAsync(stop.Token))
            {
                if (wanted(happened))
                {
                    await WriteAsync(happened);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The time is up, or the client has gone: either way the stream is complete.
        }

        Task WriteAsync(EngineEvent happened)
        {
            EventMessage message = EventMapping.ToWire(happened);
            V1_52.Downgrade(VersionNegotiation.Of(context), message);
            return output.WriteAsync(message, ApiJson.Default.EventMessage);
        }
    }
}
