using Wharf.Engine.Containers.Registry;

namespace Wharf.Engine.Containers;

/// <summary>
/// <c>stop</c>: the container's stop signal, then SIGKILL when it has not gone in time. The container is not locked meanwhile, so that it can
/// still be looked at, killed, or end by itself.
/// </summary>
internal sealed class StopContainer(ContainerDependencies engine, KillContainer kill)
{
    private const int DefaultTimeoutSeconds = 10;

    /// <summary>After SIGKILL: only a process stuck in the kernel takes longer.</summary>
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(10);

    /// <returns>False when it was not running.</returns>
    internal async Task<bool> RunAsync(string idOrName, string? signal, int? timeoutSeconds, CancellationToken cancellationToken)
    {
        Container container;
        ContainerConfig config;
        int number;
        using (LockedContainer locked = await engine.Registry.EnterAsync(idOrName, cancellationToken))
        {
            container = locked.Container;
            config = locked.Snapshot.Config;
            number = SignalFor(signal, config);
            if (!locked.Snapshot.State.IsRunning)
            {
                return false;
            }

            if (KillContainer.CancelRestart(engine, container))
            {
                return true;
            }

            await SendLockedAsync(container, number);
        }

        Task ended = container.RunEnded;
        int seconds = timeoutSeconds ?? config.StopTimeout ?? DefaultTimeoutSeconds;
        if (!await EndsWithinAsync(ended, seconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds), cancellationToken))
        {
            await KillForGoodAsync(container, ended, cancellationToken);
        }

        engine.Events.Publish(container.Snapshot, "stop");
        return true;
    }

    /// <summary>SIGKILL, and wait until the container is cleared away.</summary>
    internal async Task KillForGoodAsync(Container container, Task ended, CancellationToken cancellationToken)
    {
        using (await container.Gate.EnterAsync(cancellationToken))
        {
            if (container.Snapshot.State.HasProcess)
            {
                await SendLockedAsync(container, Signals.Kill);
            }
        }

        if (!await EndsWithinAsync(ended, KillPatience, cancellationToken))
        {
            throw new WharfException(
                ErrorKind.Internal,
                $"container {container.Id} did not end on SIGKILL: process {container.Snapshot.State.Pid} is stuck in the kernel, see its /proc/PID/stack");
        }
    }

    private async Task SendLockedAsync(Container container, int number)
    {
        try
        {
            await kill.SendLockedAsync(container, number, endsForGood: true);
        }
        catch (WharfException gone) when (gone.Kind is ErrorKind.Conflict)
        {
            // It ended by itself this instant, which is what was wanted; what follows waits for its end to be recorded.
        }
    }

    private static int SignalFor(string? signal, ContainerConfig config) =>
        !string.IsNullOrEmpty(signal) ? Signals.Parse(signal)
        : !string.IsNullOrEmpty(config.StopSignal) ? Signals.Parse(config.StopSignal)
        : Signals.Terminate;

    private async Task<bool> EndsWithinAsync(Task ended, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await ended.WaitAsync(timeout, engine.Clock, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
