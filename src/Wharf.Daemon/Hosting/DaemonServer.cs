using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Wharf.Daemon.Streams;
using Wharf.Daemon.Versions;

namespace Wharf.Daemon.Hosting;

/// <summary>The HTTP side of the daemon: limits, and the order in which a request passes through.</summary>
internal static class DaemonServer
{
    /// <summary>Builds the server; it listens once started.</summary>
    /// <param name="listen">Gives Kestrel its addresses.</param>
    /// <param name="map">Adds the routes.</param>
    internal static WebApplication Build(
        ILoggerFactory loggers, bool tls, Action<KestrelServerOptions> listen, Action<IEndpointRouteBuilder> map)
    {
        // Empty: the usual ones read appsettings.json and the environment, and watch the whole working directory, which may be "/".
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        if (tls)
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
        app.Use((context, next) =>
        {
            context.RequestAborted = context.Features.GetRequiredFeature<HijackableConnection>().ClientGone;
            return ErrorMapping.Invoke(context, next, logger);
        });
        app.Use((HttpContext context, RequestDelegate next) => VersionNegotiation.Invoke(context, next));
        app.UseWebSockets();
        app.UseRouting();
        map(app);
        app.MapFallback("{**path}", ErrorMapping.PageNotFound);
        return app;
    }

    /// <summary>Signals are the daemon's own business (see Program): the host must not take them.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
