using Wharf.Engine.Containers.Health;
using Wharf.Engine.Containers.Lifecycle;
using Wharf.Engine.Containers.Registry;
using Wharf.Engine.Containers.Specs;
using Wharf.Engine.Execution;
using Wharf.Linux;
using Wharf.Linux.Cgroups;
using Wharf.Linux.Files;
using Wharf.Linux.Mounts;
using Wharf.Oci.Monitor;

namespace Wharf.Engine.Containers;

/// <summary>
/// After a restart of the engine: believe first the kernel (a monitor that answers), then the exit file, then the database; take over what
/// runs, record what ended, remove what no row owns, and bring back what restart policies ask for. Every repair is logged.
/// </summary>
internal sealed class RecoverContainers(ContainerDependencies engine, ContainerEnd end, StartContainer start, RemoveContainer remove, WatchHealth health)
{
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (ContainerSnapshot snapshot in engine.Rows.Load())
        {
            engine.Registry.Add(new Container(snapshot));
        }

        Container[] all = [.. engine.Registry.All];
        await Task.WhenAll(all.Select(container => ReconnectAsync(container, cancellationToken)));
        string[] running = [.. all.Where(container => container.Monitor is not null).Select(container => container.Id)];
        await engine.Networks.RecoverAsync(running, cancellationToken);
        engine.Volumes.ReleaseAllBut(all.Select(container => container.Id).ToHashSet());
        RemoveOrphans([.. running]);
        foreach (Container container in all)
        {
            await SettleAsync(container);
        }
    }

    private string ContainersRoot => engine.Options.Root + "/containers";

    private string ContainersRun => engine.Options.RunDirectory + "/containers";

    /// <summary>Takes over a running container; its state becomes what the monitor says, whatever the row said.</summary>
    private async Task ReconnectAsync(Container container, CancellationToken cancellationToken)
    {
        ContainerSnapshot snapshot = container.Snapshot;
        IMonitor? monitor = await engine.Monitors.ReconnectAsync(snapshot.Paths.Run, cancellationToken);
        if (monitor is null)
        {
            return;
        }

        if (!monitor.Snapshot.Started)
        {
            // The engine went away in the middle of a start, and its caller has been told nothing: undone.
            await start.EndUnstartedAsync(monitor);
            return;
        }

        container.BeginRun(monitor);
        container.Publish(snapshot with
        {
            Sandbox = engine.Networks.Find(snapshot.Id),
            State = snapshot.State with
            {
                Status = snapshot.State.Status == ContainerStatus.Paused ? ContainerStatus.Paused : ContainerStatus.Running,
                Pid = monitor.Snapshot.Pid,
                PidStartTime = monitor.Snapshot.StartTime,
                StartedAt = UnixTime.FromNanoseconds(monitor.Snapshot.StartedUnixNanoseconds),
            },
        });
        engine.Log.TakenOver(snapshot.Id, snapshot.Name);
    }

    /// <summary>With the rest of the world in order: watch what runs, record what ended, restart what should run.</summary>
    private async Task SettleAsync(Container container)
    {
        using AsyncLock.Releaser gate = await container.Gate.EnterAsync(CancellationToken.None);
        ContainerSnapshot snapshot = container.Snapshot;
        if (container.Monitor is { } monitor)
        {
            container.Publish(snapshot with { Sandbox = engine.Networks.Find(snapshot.Id) });
            engine.Rows.SaveState(container.Snapshot);
            LetGoOn(container.Snapshot);
            await TakeOverHealthAsync(container, monitor);
            end.Watch(container, monitor);
            health.Watch(container, monitor);
            return;
        }

        if (snapshot.State.Status == ContainerStatus.Restarting)
        {
            // Its end has been recorded; only the pause before the next run was cut short.
            await StartAgainAsync(container);
            return;
        }

        if (snapshot.State.IsRunning)
        {
            if (snapshot.State.Health is not null && engine.Monitors.ReadHealthFile(snapshot.Paths.Run) is { } record)
            {
                health.Update(container, record);
            }

            Exited exited = end.LastWords(container);
            engine.Log.EndedMeanwhile(snapshot.Id, exited.ExitCode);
            await end.HandleAsync(container, exited);
            return;
        }

        if (snapshot.HostConfig.AutoRemove && snapshot.State.StartedAt is not null)
        {
            remove.RemoveLocked(container, removeVolumes: true);
            return;
        }

        if (RestartDecision.ShouldStartWithEngine(snapshot.HostConfig.RestartPolicy, snapshot.State))
        {
            await StartAgainAsync(container);
        }
    }

    private async Task StartAgainAsync(Container container)
    {
        engine.Log.RestartingAfterRecovery(container.Id);
        try
        {
            await start.StartLockedAsync(container);
        }
        catch (StartFailure failure)
        {
            engine.Log.RestartFailed(failure, container.Id);
        }
    }

    /// <summary>The engine may have gone between a halt and the word to the monitor about it.</summary>
    private async Task TakeOverHealthAsync(Container container, IMonitor monitor)
    {
        if (container.Snapshot.State.Health is null || monitor.Snapshot.Health is not { } record)
        {
            return;
        }

        bool runs = container.Snapshot.State.Status == ContainerStatus.Running;
        health.Update(container, record);
        await monitor.SetProbingAsync(runs, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>A container that was halted only while a verb looked at its files.</summary>
    private void LetGoOn(ContainerSnapshot container)
    {
        var cgroup = new Cgroup(engine.Cgroups, CgroupPaths.Of(engine.Options, container.HostConfig, container.Id));
        if (container.State.Status == ContainerStatus.Running && cgroup.IsFrozen)
        {
            Repair("halt of container", container.Id, cgroup.Thaw);
        }
    }

    /// <summary>What lies or is mounted where only containers may be, and belongs to none that is there or runs.</summary>
    private void RemoveOrphans(HashSet<string> running)
    {
        HashSet<string> known = [.. engine.Registry.All.Select(container => container.Id)];
        RemoveCgroups(running);
        foreach (string mount in MountTable.Below(ContainersRoot))
        {
            if (!running.Contains(OwnerOf(mount)))
            {
                Repair("mount", mount, () => MountTable.Detach(mount));
            }
        }

        foreach (string directory in Directories(ContainersRun).Where(directory => !Keeps(directory)))
        {
            Repair("directory", directory, () => TreeRemoval.Remove(directory));
        }

        foreach (string directory in Directories(ContainersRoot).Where(directory => !known.Contains(Path.GetFileName(directory))))
        {
            Repair("directory", directory, () => TreeRemoval.Remove(directory));
        }

        // The exit file of a container that ended meanwhile is read when it is settled.
        bool Keeps(string directory) => known.Contains(Path.GetFileName(directory))
            && (running.Contains(Path.GetFileName(directory)) || engine.Registry.Find(Path.GetFileName(directory)).Snapshot.State.IsRunning);
    }

    /// <summary>
    /// Those of containers that do not run, and those in the group that bears this engine's name. A parent that the configuration names may be
    /// shared with others, so what is unknown there is left alone.
    /// </summary>
    private void RemoveCgroups(HashSet<string> running)
    {
        string parent = engine.Options.InstanceName;
        IEnumerable<string> left = new Cgroup(engine.Cgroups, parent).Directories
            .SelectMany(Directories)
            .Select(directory => $"{parent}/{Path.GetFileName(directory)}")
            .Concat(engine.Registry.All.Select(container => CgroupPaths.Of(engine.Options, container.Snapshot.HostConfig, container.Id)))
            .Where(path => !running.Contains(Path.GetFileName(path)))
            .Distinct();
        foreach (Cgroup cgroup in left.Select(path => new Cgroup(engine.Cgroups, path)).Where(cgroup => cgroup.Exists))
        {
            Repair("cgroup", cgroup.Path, () => Leftovers.Remove(cgroup));
        }
    }

    private string OwnerOf(string mount) => mount[(ContainersRoot.Length + 1)..].Split('/')[0];

    private static IEnumerable<string> Directories(string path) => Directory.Exists(path) ? Directory.EnumerateDirectories(path) : [];

    private void Repair(string kind, string target, Action action)
    {
        try
        {
            action();
            engine.Log.RemovedOrphan(kind, target);
        }
        catch (Exception failure) when (failure is LinuxException or IOException)
        {
            engine.Log.OrphanStays(failure, kind, target);
        }
    }
}
