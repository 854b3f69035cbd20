using Wharf.Engine.Containers.Lifecycle;
using Wharf.Engine.Containers.Registry;
using Wharf.Linux;

namespace Wharf.Engine.Containers;

/// <summary>
/// <c>rm</c>: the row goes first, in one transaction with all that refers to it; from then on the container does not exist, and what is left of
/// it on disk is cleared away behind the caller's back (or by recovery, after a crash).
/// </summary>
internal sealed class RemoveContainer(ContainerDependencies engine)
{
    /// <summary>Set by <see cref="ContainerService"/>: stopping needs verbs that are made after this one.</summary>
    internal StopContainer? Stop { get; set; }

    internal async Task RunAsync(string idOrName, bool force, bool removeVolumes, CancellationToken cancellationToken)
    {
        Container container;
        Task ended;
        using (LockedContainer locked = await engine.Registry.EnterAsync(idOrName, cancellationToken))
        {
            container = locked.Container;
            if (!locked.Snapshot.State.IsRunning || (force && KillContainer.CancelRestart(engine, container)))
            {
                RemoveLocked(container, removeVolumes);
                return;
            }

            if (!force)
            {
                throw Refusal(locked.Snapshot);
            }

            ended = container.RunEnded;
        }

        await Stop!.KillForGoodAsync(container, ended, cancellationToken);
        using (await container.Gate.EnterAsync(cancellationToken))
        {
            // With --rm it has removed itself by now.
            if (!container.Removed)
            {
                RemoveLocked(container, removeVolumes);
            }
        }
    }

    /// <summary>The caller is the container's writer, and it has no process.</summary>
    internal void RemoveLocked(Container container, bool removeVolumes)
    {
        ContainerSnapshot before = container.Snapshot;
        container.Publish(before with { State = before.State with { Status = ContainerStatus.Removing } });
        try
        {
            engine.Database.InTransaction(_ =>
            {
                engine.Rows.Delete(container.Id);
                engine.Images.Release(container.Id);

                // Those that are to go keep their use: after a crash it tells recovery to remove them.
                if (!removeVolumes)
                {
                    engine.Volumes.Forget(container.Id);
                }
            });
            if (before.Mounts.Any(mount => mount.Type == "volume"))
            {
                engine.Volumes.Release(container.Id, removeVolumes);
            }
        }
        catch (Exception failure)
        {
            container.Publish(before with { State = before.State with { Status = ContainerStatus.Dead } });
            container.Notify(new WaitResult(before.State.ExitCode, failure.Message), WaitCondition.Removed);
            throw;
        }

        container.Removed = true;
        container.AbandonPending();
        engine.Registry.Remove(container);
        engine.Events.Publish(before, "destroy");
        container.Notify(new WaitResult(before.State.ExitCode, null), WaitCondition.NextExit, WaitCondition.NotRunning, WaitCondition.Removed);
        engine.Background.Run(() => RemoveFiles(before));
    }

    private Task RemoveFiles(ContainerSnapshot container)
    {
        try
        {
            RootFilesystem.Remove(container.Paths);
        }
        catch (LinuxException failure)
        {
            engine.Log.CleanUpFailed(failure, container.Id, "removing its files");
        }

        return Task.CompletedTask;
    }

    private static WharfException Refusal(ContainerSnapshot container) => WharfException.Conflict(container.State.Status switch
    {
        ContainerStatus.Paused =>
            $"cannot remove container \"/{container.Name}\": container is paused and must be unpaused first",
        ContainerStatus.Restarting =>
            $"cannot remove container \"/{container.Name}\": container is restarting: stop the container before removing or force remove",
        _ => $"cannot remove container \"/{container.Name}\": container is running: stop the container before removing or force remove",
    });
}
