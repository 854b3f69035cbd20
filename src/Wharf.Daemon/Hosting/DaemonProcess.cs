using System.Diagnostics;
using System.Runtime.InteropServices;
using Wharf.Daemon.Configuration;
using Wharf.Daemon.Endpoints;
using Wharf.Engine;

namespace Wharf.Daemon.Hosting;

/// <summary>
/// The daemon from start to end: claim the root, open the engine (which recovers), listen, wait for a signal, and give everything back in
/// reverse. Nothing listens before the engine is whole, so the first request of a client sees a recovered state.
/// </summary>
internal static partial class DaemonProcess
{
    internal static async Task RunAsync(RawSettings flags, DaemonSettings settings)
    {
        long began = Stopwatch.GetTimestamp();
        using var provider = new LogfmtLoggerProvider(Console.Error, TimeProvider.System) { Level = settings.LogLevel };
        using var loggers = new LoggerFactory([provider], new LoggerFilterOptions { MinLevel = LogLevel.Trace });
        ILogger logger = loggers.CreateLogger("Wharf.Daemon");
        WarnOf(settings.Ignored, logger);

        using RootLock claimed = RootLock.Claim(settings.Engine.Root);
        using Pidfile pidfile = Pidfile.Claim(settings.Pidfile);
        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration terminate = StopOn(PosixSignal.SIGTERM, stop);
        using PosixSignalRegistration interrupt = StopOn(PosixSignal.SIGINT, stop);
        using PosixSignalRegistration reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            Reload(flags, provider, logger);
        });

        await using WharfEngine engine = await WharfEngine.OpenAsync(settings.Engine, loggers, TimeProvider.System, stop.Token);
        var listeners = new Listeners(settings);
        await using WebApplication server = DaemonServer.Build(
            loggers, settings.Tls is not null, listeners.Configure, routes => RouteTable.Map(routes, engine));
        await server.StartAsync(stop.Token);
        try
        {
            listeners.Restrict();
            Listening(logger, string.Join(' ', settings.Hosts), Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            await IdleMemory.WatchAsync(stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Stopping(logger);
        }
        finally
        {
            // Streams that follow something never end by themselves; a second is enough for an answer that is being written.
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await server.StopAsync(patience.Token);
            listeners.Remove();
            if (!settings.Engine.LiveRestore)
            {
                await engine.Containers.StopAllAsync(settings.Engine.ShutdownTimeoutSeconds);
            }
        }
    }

    private static PosixSignalRegistration StopOn(PosixSignal signal, CancellationTokenSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });

    /// <summary>What can change without a restart: the log level. The rest of the file is checked, so that a mistake shows now.</summary>
    private static void Reload(RawSettings flags, LogfmtLoggerProvider provider, ILogger logger)
    {
        try
        {
            DaemonSettings settings = DaemonSettings.Load(flags);
            provider.Level = settings.LogLevel;
            Reloaded(logger, settings.LogLevel);
        }
        catch (ConfigurationException e)
        {
            ReloadRefused(logger, e.Message);
        }
    }

    private static void WarnOf(IReadOnlyList<string> ignored, ILogger logger)
    {
        foreach (string setting in ignored)
        {
            SettingIgnored(logger, setting);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Listening on {Hosts} after {Milliseconds:F0} ms")]
    private static partial void Listening(ILogger logger, string hosts, double milliseconds);

    [LoggerMessage(2, LogLevel.Information, "Stopping on a signal")]
    private static partial void Stopping(ILogger logger);

    [LoggerMessage(3, LogLevel.Information, "Configuration read again; log level {Level}")]
    private static partial void Reloaded(ILogger logger, LogLevel level);

    [LoggerMessage(4, LogLevel.Error, "Configuration not changed: {Reason}")]
    private static partial void ReloadRefused(ILogger logger, string reason);

    [LoggerMessage(5, LogLevel.Warning, "The {Setting} of dockerd has no meaning in wharf and is ignored")]
    private static partial void SettingIgnored(ILogger logger, string setting);
}
