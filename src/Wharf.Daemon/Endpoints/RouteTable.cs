using Wharf.Engine;

namespace Wharf.Daemon.Endpoints;

/// <summary>Everything the daemon answers, by noun.</summary>
internal static class RouteTable
{
    internal static void Map(IEndpointRouteBuilder routes, WharfEngine engine)
    {
        PingEndpoints.Map(routes);
        SystemEndpoints.Map(routes, engine);
        EventEndpoints.Map(routes, engine);
        ContainerEndpoints.Map(routes, engine);
        ContainerLifecycleEndpoints.Map(routes, engine);
        ContainerStreamEndpoints.Map(routes, engine);
        ContainerArchiveEndpoints.Map(routes, engine);
        ContainerFilesEndpoints.Map(routes, engine);
        ContainerStatsEndpoints.Map(routes, engine);
        ExecEndpoints.Map(routes, engine);
        RegistryEndpoints.Map(routes, engine);
        ImageEndpoints.Map(routes, engine);
        ImageArchiveEndpoints.Map(routes, engine);
        DiskUsageEndpoints.Map(routes, engine);
        StoreCheckEndpoints.Map(routes, engine);
        VolumeEndpoints.Map(routes, engine);
        NetworkEndpoints.Map(routes, engine);
        BuildEndpoints.Map(routes, engine);
        PluginEndpoints.Map(routes);
        SwarmEndpoints.Map(routes);
    }
}
