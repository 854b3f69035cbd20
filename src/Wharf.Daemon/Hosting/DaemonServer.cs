using Microsoft.AspNetCore.Server.Kestrel.Core;
using Wharf.Daemon.Configuration;
using Wharf.Daemon.Endpoints;
using Wharf.Daemon.Streams;
using Wharf.Daemon.Versions;
using Wharf.Engine;

namespace Wharf.Daemon.Hosting;

/// <summary>The HTTP side of the daemon: listeners, the order in which a request passes through, and the table of routes.</summary>
internal static class DaemonServer
{
    /// <summary>Builds the server around an open engine; it listens once started.</summary>
    internal static WebApplication Build(
        WharfEngine engine, ILoggerFactory loggers, DaemonSettings settings, Action<KestrelServerOptions> listen)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        if (settings.Tls is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;

            // Bodies are layers and archives of any size; what is read into memory has its own limit where it is read.
            options.Limits.MaxRequestBodySize = null;
            options.Limits.MinRequestBodyDataRate = null;
            options.Limits.MinResponseDataRate = null;
            options.Limits.MaxRequestLineSize = 64 << 10;
            options.Limits.MaxRequestHeadersTotalSize = 128 << 10;

            // Go's server keeps an idle connection for ever, and Docker's clients count on it.
            options.Limits.KeepAliveTimeout = TimeSpan.FromHours(1);
            options.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => connection => next(new HijackableConnection(connection))));
            listen(options);
        });
        WebApplication app = builder.Build();
        ILogger logger = loggers.CreateLogger("Wharf.Daemon.Requests");
        app.Use((context, next) => ErrorMapping.Invoke(context, next, logger));
        app.Use((HttpContext context, RequestDelegate next) => VersionNegotiation.Invoke(context, next));
        app.UseRouting();
        MapRoutes(app, engine);
        app.MapFallback("{**path}", ErrorMapping.PageNotFound);
        return app;
    }

    /// <summary>Signals are the daemon's own business (see Program): the host must not take them.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private static void MapRoutes(IEndpointRouteBuilder routes, WharfEngine engine)
    {
        PingEndpoints.Map(routes);
        SystemEndpoints.Map(routes, engine);
        EventEndpoints.Map(routes, engine);
        ContainerEndpoints.Map(routes, engine);
        ContainerLifecycleEndpoints.Map(routes, engine);
        ContainerStreamEndpoints.Map(routes, engine);
        ContainerUnsupportedEndpoints.Map(routes, engine);
        ExecEndpoints.Map(routes, engine);
        VolumeEndpoints.Map(routes, engine);
        BuildEndpoints.Map(routes);
        PluginEndpoints.Map(routes);
        SwarmEndpoints.Map(routes);
    }
}
