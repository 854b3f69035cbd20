using Wharf.Api;
using Wharf.Daemon.Mapping;
using Wharf.Engine;

namespace Wharf.Daemon.Endpoints;

/// <summary><c>/version</c> and <c>/info</c>.</summary>
internal static class SystemEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, WharfEngine engine)
    {
        ILogger logger = routes.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("Wharf.Daemon");
        routes.MapGet("/version", context => context.WriteJsonAsync(SystemMapping.Version(engine.Host), ApiJson.Default.SystemVersion));
        routes.MapGet("/info", context => context.WriteJsonAsync(
            SystemMapping.Info(engine, logger.IsEnabled(LogLevel.Debug), TimeProvider.System.GetUtcNow()), ApiJson.Default.SystemInfo));
    }
}
