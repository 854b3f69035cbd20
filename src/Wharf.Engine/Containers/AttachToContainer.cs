using Wharf.Engine.Containers.Registry;
using Wharf.Engine.Execution;
using Wharf.Oci.Monitor;

namespace Wharf.Engine.Containers;

/// <summary><c>attach</c>: a client's bytes to and from a container's streams, from now on or, before the start, from the first byte on.</summary>
internal sealed class AttachToContainer(ContainerDependencies engine, ReadLogs logs)
{
    internal async Task<IStreamSession> RunAsync(string idOrName, AttachRequest request, CancellationToken cancellationToken)
    {
        DetachKeys.Parse(request.DetachKeys);
        using LockedContainer locked = await engine.Registry.EnterAsync(idOrName, cancellationToken);
        ContainerSnapshot container = locked.Snapshot;
        switch (container.State.Status)
        {
            case ContainerStatus.Paused:
                throw WharfException.Conflict($"container {idOrName} is paused, unpause the container before attach");
            case ContainerStatus.Restarting:
                throw WharfException.Conflict($"container {idOrName} is restarting, wait until the container is running");
        }

        Task<Stream?> stream = Task.FromResult<Stream?>(null);
        if (request.Stream)
        {
            stream = await ConnectAsync(locked.Container, request);
        }

        engine.Events.Publish(container, "attach");
        return new AttachSession(engine, logs, container, request, stream);
    }

    private static async Task<Task<Stream?>> ConnectAsync(Container container, AttachRequest request)
    {
        var attach = new Attach
        {
            Stdin = request.Stdin && container.Snapshot.Config.OpenStdin,
            Stdout = request.Stdout,
            Stderr = request.Stderr,
        };
        if (container.Monitor is { } monitor)
        {
            return Task.FromResult<Stream?>(await monitor.AttachAsync(attach, CancellationToken.None));
        }

        var pending = new PendingAttachment(attach);
        container.AddPending(pending);
        return pending.Stream;
    }
}
