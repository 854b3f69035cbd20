using Wharf.Engine.Execution;
using Wharf.Engine.Images;
using Wharf.Engine.Logs;
using Wharf.Oci.Monitor;

namespace Wharf.Engine;

/// <summary>Stands in for the services that other branches bring; goes away with the last of them.</summary>
internal sealed class NotLanded : IImageResolver, IMonitors, IStreamRelay, ILogReader
{
    public ResolvedImage Resolve(string reference, string? platform = null) => throw WharfException.NotFound($"No such image: {reference}");

    public void Acquire(string imageId, string containerId)
    {
    }

    public void Release(string containerId)
    {
    }

    public ISpareMonitor Spawn() => throw Unavailable();

    public Task<IMonitor?> ReconnectAsync(string runDirectory, CancellationToken cancellationToken) => Task.FromResult<IMonitor?>(null);

    public Exited? ReadExitFile(string runDirectory) => null;

    public Task<RelayEnd> RunAsync(Stream client, Stream monitor, bool tty, string? detachKeys, CancellationToken cancellationToken) =>
        throw Unavailable();

    public Task CopyAsync(LogSource source, LogRequest request, Stream output, CancellationToken cancellationToken) => throw Unavailable();

    private static WharfException Unavailable() => new(ErrorKind.Unavailable, "not landed yet");
}
