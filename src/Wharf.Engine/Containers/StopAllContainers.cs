using Wharf.Engine.Containers.Registry;

namespace Wharf.Engine.Containers;

/// <summary>
/// The orderly end of an engine that is not to leave its containers running. It is not the user who stops them, so those with a restart
/// policy come back with the next engine.
/// </summary>
internal sealed class StopAllContainers(ContainerDependencies engine, StopContainer stop)
{
    private const int DefaultTimeoutSeconds = 10;

    /// <param name="timeoutSeconds">The most that a container gets before SIGKILL; negative leaves each its own.</param>
    internal Task RunAsync(int timeoutSeconds) => Task.WhenAll(
        engine.Registry.All.Where(container => container.Snapshot.State.IsRunning).Select(container => StopAsync(container, timeoutSeconds)));

    private async Task StopAsync(Container container, int timeoutSeconds)
    {
        int own = container.Snapshot.Config.StopTimeout ?? DefaultTimeoutSeconds;
        bool shortened = timeoutSeconds >= 0 && (own < 0 || own > timeoutSeconds);
        try
        {
            await stop.RunAsync(container.Id, signal: null, shortened ? timeoutSeconds : own, CancellationToken.None);
        }
        catch (WharfException)
        {
            // Gone meanwhile, or stuck in the kernel: either way the engine's end cannot wait for it, and the next one will find it.
            return;
        }

        using AsyncLock.Releaser gate = await container.Gate.EnterAsync(CancellationToken.None);
        if (container.Snapshot.State is { Status: ContainerStatus.Exited, StoppedByUser: true } state)
        {
            container.Publish(container.Snapshot with { State = state with { StoppedByUser = false } });
            engine.Rows.SaveState(container.Snapshot);
        }
    }
}
