using Wharf.Engine.Containers.Registry;

namespace Wharf.Engine.Containers;

/// <summary><c>restart</c>: stop, then start. A container that does not run is only started.</summary>
internal sealed class RestartContainer(ContainerDependencies engine, StopContainer stop, StartContainer start)
{
    internal async Task RunAsync(string idOrName, string? signal, int? timeoutSeconds, CancellationToken cancellationToken)
    {
        Container container;
        using (LockedContainer locked = await engine.Registry.EnterAsync(idOrName, cancellationToken))
        {
            container = locked.Container;
            container.KeepOnEnd = true;
        }

        try
        {
            await stop.RunAsync(container.Id, signal, timeoutSeconds, cancellationToken);
            await start.RunAsync(container.Id, cancellationToken);
        }
        finally
        {
            using (await container.Gate.EnterAsync(CancellationToken.None))
            {
                container.KeepOnEnd = false;
            }
        }

        engine.Events.Publish(container.Snapshot, "restart");
    }
}
