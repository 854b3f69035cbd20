using Wharf.Api;
using Wharf.Api.Server;
using Wharf.Engine;
using Wharf.Engine.Containers;
using Wharf.Engine.Images.Check;

namespace Wharf.Daemon.Endpoints;

/// <summary><c>/wharf/fsck</c>: GET looks, POST repairs. An extension of ours, beside Docker's own paths.</summary>
internal static class StoreCheckEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, WharfEngine engine)
    {
        routes.MapGet("/wharf/fsck", context => Check(context, engine, repair: false));
        routes.MapPost("/wharf/fsck", context => Check(context, engine, repair: true));
    }

    private static async Task Check(HttpContext context, WharfEngine engine, bool repair)
    {
        var request = new StoreCheckRequest
        {
            Deep = context.QueryFlag("deep"),
            Repair = repair,
            Containers = engine.Containers.List(new ListRequest { All = true }).Select(container => container.Id).ToHashSet(),
        };
        StoreReport report = await engine.Images.CheckAsync(request, context.RequestAborted);
        await context.WriteJsonAsync(
            new StoreCheckResponse
            {
                Images = report.Images,
                Layers = report.Layers,
                Blobs = report.Blobs,
                Problems = [.. report.Findings.Select(found => new StoreProblem
                {
                    Subject = found.Subject,
                    Problem = found.Problem,
                    Repaired = found.IsRepaired,
                })],
            },
            ApiJson.Default.StoreCheckResponse);
    }
}
