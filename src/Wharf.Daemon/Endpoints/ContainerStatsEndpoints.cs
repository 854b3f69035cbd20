using System.Buffers;
using Wharf.Api;
using Wharf.Daemon.Mapping;
using Wharf.Engine;
using Wharf.Engine.Containers;
using Wharf.Engine.Containers.Stats;

namespace Wharf.Daemon.Endpoints;

/// <summary><c>/containers/{id}/stats</c>: once, or a document a second for as long as there is the container.</summary>
internal static class ContainerStatsEndpoints
{
    /// <summary>What a rate is measured over when only one document is wanted.</summary>
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(1);

    internal static void Map(IEndpointRouteBuilder routes, WharfEngine engine) =>
        routes.MapGet("/containers/{id}/stats", context => Stats(context, engine.Containers));

    private static Task Stats(HttpContext context, ContainerService containers)
    {
        ContainerSnapshot container = containers.Find(context.RouteValue("id"));
        bool isStream = context.QueryFlag("stream", missing: true);
        bool isOneShot = context.QueryFlag("one-shot");
        return isStream && isOneShot ? throw WharfException.Invalid("cannot have stream=true and one-shot=true")
            : isStream ? Stream(context, containers, container.Id)
            : Once(context, containers, container, isOneShot);
    }

    private static async Task Once(HttpContext context, ContainerService containers, ContainerSnapshot container, bool isOneShot)
    {
        ContainerSample? before = null;
        ContainerSample? now = containers.ReadStats(container.Id);
        if (!isOneShot && now is not null)
        {
            before = now;
            await Task.Delay(Span, context.RequestAborted);
            now = containers.ReadStats(container.Id);
        }

        await context.WriteJsonAsync(StatsMapping.ToApi(container, now, before), ApiJson.Default.ContainerStats);
    }

    private static async Task Stream(HttpContext context, ContainerService containers, string id)
    {
        using StatsSubscription subscription = containers.WatchStats(id);
        context.Response.ContentType = "application/json";
        await context.Response.StartAsync(context.RequestAborted);
        ContainerSample? before = null;
        ContainerSnapshot container = containers.Find(id);
        await foreach (ContainerSample? now in subscription.Samples.ReadAllAsync(context.RequestAborted))
        {
            ApiJson.Write(context.Response.BodyWriter, StatsMapping.ToApi(container, now, before), ApiJson.Default.ContainerStats);
            context.Response.BodyWriter.Write("\n"u8);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            before = now;
        }
    }
}
