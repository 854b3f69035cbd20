using Microsoft.Extensions.Logging;
using Wharf.Engine.Builds;
using Wharf.Engine.Builds.Cache;
using Wharf.Engine.Builds.Context;
using Wharf.Engine.Containers;
using Wharf.Engine.Events;
using Wharf.Engine.Execution;
using Wharf.Engine.Host;
using Wharf.Engine.Images;
using Wharf.Engine.Images.Registry;
using Wharf.Engine.Logs;
using Wharf.Engine.Networks;
using Wharf.Engine.Store;
using Wharf.Engine.Volumes;
using Wharf.Linux.Mounts;

namespace Wharf.Engine;

/// <summary>
/// A container engine, as a library: open one on a data root, and use its services. One process owns a root at a time. Disposing closes the
/// engine, not the containers: they run on, and the next engine finds them.
/// </summary>
public sealed class WharfEngine : IAsyncDisposable
{
    private const UnixFileMode RootMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute
        | UnixFileMode.OtherExecute;

    private readonly Database _database;

    private WharfEngine(EngineOptions options, Database database, ILoggerFactory loggers, TimeProvider clock)
    {
        _database = database;
        Options = options;
        Host = HostFacts.Read(options);
        Events = new EventBus(clock);
        Volumes = new VolumeService(options, database, Events, clock, loggers.CreateLogger<VolumeService>());
        Networks = NetworkService.Open(options, database, Events, clock, loggers.CreateLogger<NetworkService>());
        Registry = new RegistryClient(options, clock);
        Images = ImageService.Open(
            options, database, Registry, Events, clock, loggers.CreateLogger<ImageService>(), () => BuildCache.HeldLayers(database));
        var containers = ContainerDependencies.Create(
            options,
            database,
            Images,
            Networks,
            Volumes,
            RuntimeLauncher.For(options),
            new AttachRelay(),
            Events,
            clock,
            loggers.CreateLogger<ContainerService>());
        Containers = new ContainerService(containers, new LogReader());
        BuildContexts = ContextStore.Open(options.Root, clock, loggers.CreateLogger<ContextStore>());
        RemoteContexts = new RemoteContexts(BuildContexts);
        Builds = new BuildService(options, database, containers, Images, BuildContexts, clock, loggers.CreateLogger<BuildService>());
    }

    public EngineOptions Options { get; }

    /// <summary>The machine, and the engine's place on it.</summary>
    public HostFacts Host { get; }

    public EventBus Events { get; }

    public VolumeService Volumes { get; }

    public NetworkService Networks { get; }

    /// <summary>Registries, for what is neither stored nor run here: logging in, looking.</summary>
    public RegistryClient Registry { get; }

    public ImageService Images { get; }

    public ContainerService Containers { get; }

    public BuildService Builds { get; }

    /// <summary>The files that builds read.</summary>
    public ContextStore BuildContexts { get; }

    public RemoteContexts RemoteContexts { get; }

    /// <summary>Opens the engine on its data root, repairs what a crash left, and takes over the containers that run.</summary>
    /// <exception cref="WharfException">The root cannot hold containers, or was written by a newer version.</exception>
    public static async Task<WharfEngine> OpenAsync(
        EngineOptions options, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Root, RootMode);
        Directory.CreateDirectory(options.RunDirectory, RootMode);
        RequireOverlayUpper(options.Root);
        RefuseRemap(options);
        RecoverBuilds.Run(options, loggers.CreateLogger<BuildService>());
        Database database = Database.Open(Path.Combine(options.Root, "wharf.db"));
        WharfEngine? engine = null;
        try
        {
            engine = new WharfEngine(options, database, loggers, clock);
            await engine.Containers.RecoverAsync(cancellationToken);
            return engine;
        }
        catch
        {
            await (engine?.DisposeAsync() ?? ValueTask.CompletedTask);
            database.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Builds.DisposeAsync();
        await Containers.DisposeAsync();
        RemoteContexts.Dispose();
        BuildContexts.Dispose();
        Images.Dispose();
        Registry.Dispose();
        Networks.Dispose();
        _database.Dispose();
    }

    /// <summary>Better no engine than one whose containers run as the host's root although they were not to.</summary>
    private static void RefuseRemap(EngineOptions options)
    {
        if (options.UsernsRemap is not null)
        {
            throw new WharfException(ErrorKind.Unavailable, "userns-remap is not supported yet: start the daemon without it");
        }
    }

    private static void RequireOverlayUpper(string root)
    {
        if (OverlayMount.IsOverlay(root))
        {
            throw new WharfException(
                ErrorKind.Unavailable,
                $"{root} is on overlayfs, which cannot carry another overlay: put the data root on ext4, xfs, btrfs or tmpfs (--data-root)");
        }
    }
}
