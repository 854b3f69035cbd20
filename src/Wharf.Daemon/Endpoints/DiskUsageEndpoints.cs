using Wharf.Api;
using Wharf.Api.Common;
using Wharf.Daemon.Mapping;
using Wharf.Daemon.Versions;
using Wharf.Engine;

namespace Wharf.Daemon.Endpoints;

/// <summary><c>/system/df</c>.</summary>
internal static class DiskUsageEndpoints
{
    private static readonly string[] s_types = ["container", "image", "volume", "build-cache"];

    internal static void Map(IEndpointRouteBuilder routes, WharfEngine engine) =>
        routes.MapGet("/system/df", context => Measure(context, engine));

    private static Task Measure(HttpContext context, WharfEngine engine)
    {
        string[] wanted = [.. context.Request.Query["type"].OfType<string>()];
        if (wanted.FirstOrDefault(type => !s_types.Contains(type)) is { } unknown)
        {
            throw WharfException.Invalid($"unknown object type: {unknown}");
        }

        var usage = new DiskUsage();
        if (IsWanted("image"))
        {
            DiskUsageMapping.AddImages(usage, engine);
        }

        if (IsWanted("container"))
        {
            DiskUsageMapping.AddContainers(usage, engine, TimeProvider.System.GetUtcNow());
        }

        if (IsWanted("volume"))
        {
            DiskUsageMapping.AddVolumes(usage, engine.Volumes);
        }

        if (IsWanted("build-cache"))
        {
            usage.BuildCache = [];
            usage.BuildCacheUsage = new DiskUsageOf<BuildCacheRecord>();
        }

        V1_52.Downgrade(VersionNegotiation.Of(context), usage, context.QueryFlag("verbose"));
        return context.WriteJsonAsync(usage, ApiJson.Default.DiskUsage);

        bool IsWanted(string type) => wanted.Length == 0 || wanted.Contains(type);
    }
}
