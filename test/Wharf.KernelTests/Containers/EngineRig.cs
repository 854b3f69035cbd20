using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Wharf.Engine;
using Wharf.Engine.Containers;
using Wharf.Engine.Events;
using Wharf.Engine.Execution;
using Wharf.Engine.Images;
using Wharf.Engine.Logs;
using Wharf.Engine.Networks;
using Wharf.Engine.Store;
using Wharf.Engine.Volumes;
using Wharf.Linux.Files;
using Wharf.Linux.Mounts;
using Xunit;

namespace Wharf.KernelTests.Containers;

/// <summary>
/// The containers of an engine with real mounts, files, volumes and rows, one small image, and monitors and networks that do as a test tells
/// them: so that each step can be made to fail.
/// </summary>
internal sealed class EngineRig : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("wharf-rig-").FullName;
    private readonly Database _database;

    internal EngineRig()
    {
        Assert.SkipWhen(Environment.UserName != "root", "needs root");
        Options = new EngineOptions { Root = _directory + "/root", RunDirectory = _directory + "/run" };
        Directory.CreateDirectory(Options.Root);
        Directory.CreateDirectory(Options.RunDirectory);
        Images = new OneImage(_directory + "/layer");
        _database = Database.Open(Options.Root + "/wharf.db");
        Restart();
    }

    internal EngineOptions Options { get; }
    internal OneImage Images { get; }
    internal ScriptedMonitors Monitors { get; } = new();
    internal CountedNetworks Networks { get; } = new();
    internal EventBus Events { get; private set; } = null!;
    internal ContainerService Containers { get; private set; } = null!;

    internal string[] EventNames => [.. Events.Subscribe().Past.Select(published => published.Action)];

    /// <summary>A new engine on what the old one left, as after kill -9.</summary>
    internal ContainerService Restart()
    {
        Events = new EventBus(TimeProvider.System);
        var volumes = new VolumeService(Options, _database, Events, TimeProvider.System, NullLogger<VolumeService>.Instance);
        Containers = new ContainerService(
            ContainerDependencies.Create(
                Options, _database, Images, Networks, volumes, Monitors, new NoRelay(), Events, TimeProvider.System, NullLogger.Instance),
            new NoLogs());
        return Containers;
    }

    internal async Task<string> CreateAsync(HostConfig? host = null, ContainerConfig? config = null, string? name = null) =>
        (await Containers.CreateAsync(
            new CreateRequest { Name = name, Config = (config ?? new ContainerConfig()) with { Image = "one" }, HostConfig = host ?? new HostConfig() },
            CancellationToken.None)).Id;

    /// <summary>Create and start.</summary>
    internal async Task<string> RunAsync(HostConfig? host = null, ContainerConfig? config = null)
    {
        string id = await CreateAsync(host, config);
        Assert.True(await Containers.StartAsync(id, CancellationToken.None));
        return id;
    }

    /// <summary>Nothing of any container is left: no mount, no directory, no row, no network, no use of the image.</summary>
    internal async Task AssertNothingIsLeftAsync()
    {
        await Containers.DisposeAsync();
        Assert.Empty(MountTable.Below(_directory));
        Assert.Empty(Entries(Options.Root + "/containers"));
        Assert.Empty(Entries(Options.RunDirectory + "/containers"));
        Assert.Equal(0, _database.Query("SELECT COUNT(*) FROM containers", row => row.GetInt32(0))[0]);
        Assert.Empty(Networks.Present);
        Assert.Empty(Images.Users);
    }

    public async ValueTask DisposeAsync()
    {
        await Containers.DisposeAsync();
        _database.Dispose();
        foreach (string mount in MountTable.Below(_directory))
        {
            MountTable.Detach(mount);
        }

        TreeRemoval.Remove(_directory);
    }

    private static string[] Entries(string directory) => Directory.Exists(directory) ? Directory.GetFileSystemEntries(directory) : [];

    private sealed class NoRelay : IStreamRelay
    {
        public async Task<RelayEnd> RunAsync(Stream client, Stream monitor, bool tty, string? detachKeys, CancellationToken cancellationToken)
        {
            await monitor.CopyToAsync(client, cancellationToken);
            return RelayEnd.ProcessEnded;
        }
    }

    private sealed class NoLogs : ILogReader
    {
        public Task CopyAsync(LogSource source, LogRequest request, Stream output, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>An image of one layer with a user and something in /data.</summary>
internal sealed class OneImage : IImageResolver
{
    private readonly string _layer;

    internal OneImage(string layer)
    {
        _layer = layer;
        Directory.CreateDirectory(layer + "/etc");
        Directory.CreateDirectory(layer + "/data");
        File.WriteAllText(layer + "/etc/passwd", "root:x:0:0::/root:/bin/sh\n");
        File.WriteAllText(layer + "/data/seed", "seed");
    }

    internal HashSet<string> Users { get; } = [];

    public ResolvedImage Resolve(string reference, string? platform = null) => reference is "one" or "sha256:aaaaaaaaaaaaaaaa"
        ? new ResolvedImage
        {
            Id = "sha256:aaaaaaaaaaaaaaaa",
            Reference = "one",
            Os = "linux",
            Architecture = "amd64",
            Defaults = new ImageDefaults { Cmd = ["/bin/true"] },
            LayerDirectories = [_layer],
        }
        : throw WharfException.NotFound($"No such image: {reference}");

    public void Acquire(string imageId, string containerId) => Users.Add(containerId);

    public void Release(string containerId) => Users.Remove(containerId);

    public Task<string> CommitAsync(CommitRequest request, CancellationToken cancellationToken) =>
        throw WharfException.NotFound($"No such image: {request.ParentId}");
}

/// <summary>Networks that count, and fail when told to.</summary>
internal sealed class CountedNetworks : INetworkSandboxes
{
    private readonly ConcurrentDictionary<string, Sandbox> _present = new();

    internal Exception? Failure { get; set; }

    internal IEnumerable<string> Present => _present.Keys;

    public IPAddress? HostGateway => IPAddress.Parse("10.0.0.1");

    public void Validate(SandboxRequest request)
    {
    }

    public Task<Sandbox> SetUpAsync(SandboxRequest request, CancellationToken cancellationToken)
    {
        if (Failure is { } failure)
        {
            return Task.FromException<Sandbox>(failure);
        }

        Sandbox sandbox = new() { ContainerId = request.ContainerId, NamespacePath = "/proc/self/ns/net" };
        _present[request.ContainerId] = sandbox;
        return Task.FromResult(sandbox);
    }

    public Task TearDownAsync(string containerId, CancellationToken cancellationToken)
    {
        _present.TryRemove(containerId, out _);
        return Task.CompletedTask;
    }

    public Task RecoverAsync(IReadOnlyCollection<string> running, CancellationToken cancellationToken)
    {
        foreach (string id in _present.Keys.Except(running))
        {
            _present.TryRemove(id, out _);
        }

        return Task.CompletedTask;
    }

    public Task<Sandbox> ConnectAsync(string containerId, EndpointRequest endpoint, CancellationToken cancellationToken) =>
        Task.FromResult(_present[containerId]);

    public Task<Sandbox> DisconnectAsync(string containerId, string network, CancellationToken cancellationToken) =>
        Task.FromResult(_present[containerId]);

    public string NameOf(string reference) => reference;

    public Sandbox? Find(string containerId) => _present.GetValueOrDefault(containerId);
}
