using Wharf.Engine.Containers.Health;
using Wharf.Engine.Containers.Registry;
using Wharf.Engine.Containers.Specs;
using Wharf.Linux.Cgroups;

namespace Wharf.Engine.Containers;

/// <summary><c>pause</c> and <c>unpause</c>, by the cgroup's freezer.</summary>
internal sealed class PauseContainer(ContainerDependencies engine)
{
    internal async Task PauseAsync(string idOrName, CancellationToken cancellationToken)
    {
        using LockedContainer locked = await engine.Registry.EnterAsync(idOrName, cancellationToken);
        switch (locked.Snapshot.State.Status)
        {
            case ContainerStatus.Running:
                await FreezeLockedAsync(locked.Container);
                Publish(locked.Container, ContainerStatus.Paused, "pause");
                break;
            case ContainerStatus.Paused:
                throw WharfException.Conflict($"container {locked.Snapshot.Id} is already paused");
            case ContainerStatus.Restarting:
                throw WharfException.Conflict($"Container {locked.Snapshot.Id} is restarting, wait until the container is running");
            default:
                throw WharfException.Conflict($"container {locked.Snapshot.Id} is not running");
        }
    }

    internal async Task UnpauseAsync(string idOrName, CancellationToken cancellationToken)
    {
        using LockedContainer locked = await engine.Registry.EnterAsync(idOrName, cancellationToken);
        if (locked.Snapshot.State.Status != ContainerStatus.Paused)
        {
            throw WharfException.Conflict($"Container {locked.Snapshot.Id} is not paused");
        }

        ThawLocked(locked.Container);
        Publish(locked.Container, ContainerStatus.Running, "unpause");
        await SetProbingAsync(locked.Container, on: true);
    }

    /// <summary>
    /// Halts a running container for a while, as <c>pause</c> does but for the row: after a crash of the engine recovery lets it go on.
    /// </summary>
    /// <returns>False when it does not run, or is paused anyway.</returns>
    internal async Task<bool> TryHoldAsync(Container container, CancellationToken cancellationToken)
    {
        using AsyncLock.Releaser gate = await container.Gate.EnterAsync(cancellationToken);
        if (container.Snapshot.State.Status != ContainerStatus.Running)
        {
            return false;
        }

        await FreezeLockedAsync(container);
        Show(container, ContainerStatus.Paused, "pause");
        return true;
    }

    /// <summary>Ends what <see cref="TryHoldAsync"/> began, unless somebody has done so already.</summary>
    internal async Task LetGoAsync(Container container)
    {
        using AsyncLock.Releaser gate = await container.Gate.EnterAsync(CancellationToken.None);
        if (container.Snapshot.State.Status == ContainerStatus.Paused)
        {
            ThawLocked(container);
            Show(container, ContainerStatus.Running, "unpause");
            await SetProbingAsync(container, on: true);
        }
    }

    /// <summary>Lets a frozen container go on without saying so: it is about to die. The caller is its writer.</summary>
    internal void ThawLocked(Container container) => Cgroup(container.Snapshot).Thaw();

    /// <summary>Probes stop first: the monitor would wait for one that is frozen half-way into the container.</summary>
    private async Task FreezeLockedAsync(Container container)
    {
        await SetProbingAsync(container, on: false);
        Cgroup(container.Snapshot).Freeze();
    }

    /// <summary>Monitors of containers without health are not asked: older ones do not know the question.</summary>
    private static Task SetProbingAsync(Container container, bool on) =>
        container is { Snapshot.State.Health: not null, Monitor: { } monitor } ? monitor.SetProbingAsync(on, CancellationToken.None) : Task.CompletedTask;

    private Cgroup Cgroup(ContainerSnapshot container) =>
        new(engine.Cgroups, CgroupPaths.Of(engine.Options, container.HostConfig, container.Id));

    private void Publish(Container container, ContainerStatus status, string action)
    {
        Show(container, status, action);
        engine.Rows.SaveState(container.Snapshot);
    }

    private void Show(Container container, ContainerStatus status, string action)
    {
        ContainerSnapshot changed = container.Snapshot with { State = Changed(container.Snapshot.State, status) };
        container.Publish(changed);
        engine.Events.Publish(changed, action);
    }

    private static ContainerState Changed(ContainerState state, ContainerStatus status) => state with
    {
        Status = status,
        Health = status == ContainerStatus.Paused ? HealthChecks.Stopped(state.Health) : state.Health,
    };
}
