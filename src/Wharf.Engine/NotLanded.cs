using Wharf.Engine.Execution;
using Wharf.Engine.Images;
using Wharf.Engine.Logs;
using Wharf.Engine.Networks;
using Wharf.Oci.Monitor;

namespace Wharf.Engine;

/// <summary>Stands in for the services that other branches bring; goes away with the last of them.</summary>
internal sealed class NotLanded : IImageResolver, INetworkSandboxes, IMonitors, IStreamRelay, ILogReader
{
    public ResolvedImage Resolve(string reference, string? platform = null) => throw WharfException.NotFound($"No such image: {reference}");

    public void Acquire(string imageId, string containerId)
    {
    }

    public void Release(string containerId)
    {
    }

    public void Validate(SandboxRequest request)
    {
    }

    public Task<Sandbox> SetUpAsync(SandboxRequest request, CancellationToken cancellationToken) => throw Unavailable();

    public Task TearDownAsync(string containerId, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task RecoverAsync(IReadOnlyCollection<string> running, CancellationToken cancellationToken) => Task.CompletedTask;

    public Sandbox? Find(string containerId) => null;

    public ISpareMonitor Spawn() => throw Unavailable();

    public Task<IMonitor?> ReconnectAsync(string runDirectory, CancellationToken cancellationToken) => Task.FromResult<IMonitor?>(null);

    public Exited? ReadExitFile(string runDirectory) => null;

    public Task<RelayEnd> RunAsync(Stream client, Stream monitor, bool tty, string? detachKeys, CancellationToken cancellationToken) =>
        throw Unavailable();

    public Task CopyAsync(LogSource source, LogRequest request, Stream output, CancellationToken cancellationToken) => throw Unavailable();

    private static WharfException Unavailable() => new(ErrorKind.Unavailable, "not landed yet");
}
