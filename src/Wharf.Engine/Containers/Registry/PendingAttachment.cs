using Wharf.Oci.Monitor;

namespace Wharf.Engine.Containers.Registry;

/// <summary>A client that attached to a container before its start: it gets its stream between create and start, or the reason why not.</summary>
internal sealed class PendingAttachment(Attach request)
{
    private readonly TaskCompletionSource<Stream?> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Attach Request { get; } = request;

    /// <summary>The connection to the monitor; null when the container was removed or could not be started.</summary>
    internal Task<Stream?> Stream => _stream.Task;

    internal bool Connect(Stream stream) => _stream.TrySetResult(stream);

    internal void Abandon() => _stream.TrySetResult(null);
}
