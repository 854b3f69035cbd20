using Microsoft.Extensions.Logging;
using Wharf.Engine.Containers;
using Wharf.Engine.Events;
using Wharf.Engine.Host;
using Wharf.Engine.Store;
using Wharf.Engine.Volumes;

namespace Wharf.Engine;

/// <summary>
/// A container engine, as a library: open one on a data root, and use its services. One process owns a root at a time. Disposing closes the
/// engine, not the containers: they run on, and the next engine finds them.
/// </summary>
public sealed class WharfEngine : IAsyncDisposable
{
    private readonly Database _database;

    private WharfEngine(EngineOptions options, Database database, EventBus events, VolumeService volumes)
    {
        Options = options;
        Host = HostFacts.Read(options);
        _database = database;
        Events = events;
        Volumes = volumes;
        Containers = new ContainerService();
    }

    public EngineOptions Options { get; }

    /// <summary>The machine, and the engine's place on it.</summary>
    public HostFacts Host { get; }

    public EventBus Events { get; }

    public VolumeService Volumes { get; }

    public ContainerService Containers { get; }

    /// <summary>Opens the engine on its data root, repairs what a crash left, and takes over the containers that run.</summary>
    /// <exception cref="WharfException">The root is in use, cannot hold containers, or was written by a newer version.</exception>
    public static Task<WharfEngine> OpenAsync(
        EngineOptions options, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Root);
        Directory.CreateDirectory(options.RunDirectory);
        Database database = Database.Open(Path.Combine(options.Root, "wharf.db"));
        var events = new EventBus(clock);
        var volumes = new VolumeService(options, database, events, clock, loggers.CreateLogger<VolumeService>());
        return Task.FromResult(new WharfEngine(options, database, events, volumes));
    }

    public ValueTask DisposeAsync()
    {
        _database.Dispose();
        return ValueTask.CompletedTask;
    }
}
