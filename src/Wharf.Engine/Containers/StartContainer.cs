using Wharf.Engine.Containers.Health;
using Wharf.Engine.Containers.Lifecycle;
using Wharf.Engine.Containers.Registry;
using Wharf.Engine.Containers.Specs;
using Wharf.Engine.Execution;
using Wharf.Engine.Networks;
using Wharf.Oci.Monitor;

namespace Wharf.Engine.Containers;

/// <summary>
/// <c>start</c>: mount the root and set up the network at the same time, write <c>config.json</c>, have a monitor make the container, connect
/// whoever attached beforehand, let the program run, and publish the new state.
/// </summary>
internal sealed class StartContainer(ContainerDependencies engine, ContainerEnd end, WatchHealth health)
{
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(10);
    private readonly SpecAssembly _specs = new(engine);
    private readonly NetworkFiles _networkFiles = new(engine);

    /// <returns>False when it was running already.</returns>
    internal async Task<bool> RunAsync(string idOrName, CancellationToken cancellationToken)
    {
        using LockedContainer locked = await engine.Registry.EnterAsync(idOrName, cancellationToken);
        switch (locked.Snapshot.State.Status)
        {
            case ContainerStatus.Running:
                return false;
            case ContainerStatus.Paused:
                throw WharfException.Conflict("cannot start a paused container, try unpause instead");
            case ContainerStatus.Removing or ContainerStatus.Dead:
                throw WharfException.Conflict("container is marked for removal and cannot be started");
        }

        locked.Container.CancelRestart();
        locked.Container.Publish(locked.Snapshot with { RestartCount = 0 });
        await StartLockedAsync(locked.Container);
        return true;
    }

    /// <summary>The start itself; the caller is the container's writer. From here on nothing is cancelled: it is done or undone.</summary>
    internal async Task StartLockedAsync(Container container)
    {
        var undo = new UndoStack(engine.Log);
        try
        {
            await StartAsync(container, undo);
        }
        catch (Exception failure)
        {
            await undo.RunAsync();
            string program = container.Snapshot.Arguments is [var first, ..] ? first : "";
            StartFailure typed = StartFailure.From(failure, program, StartFailure.CreatePrefix);
            end.StartFailed(container, typed);
            throw typed;
        }
    }

    private async Task StartAsync(Container container, UndoStack undo)
    {
        ContainerSnapshot snapshot = container.Snapshot;
        ISpareMonitor spare = engine.Monitors.Spawn();
        await using (spare)
        {
            Sandbox sandbox = await RootAndNetwork.PrepareAsync(
                engine, snapshot, engine.Images.Resolve(snapshot.ImageId).LayerDirectories, snapshot.HostConfig.AutoRemove, undo);
            Directory.CreateDirectory(snapshot.Paths.Run);
            undo.Push(() => Directory.Delete(snapshot.Paths.Run, recursive: true));
            snapshot = snapshot with { Sandbox = sandbox };
            _networkFiles.Write(snapshot);
            BundleFiles.WriteSpec(snapshot, _specs.Build(snapshot, sandbox));

            IMonitor monitor = await spare.CreateAsync(Configuration(snapshot), CancellationToken.None);
            undo.Push(() => EndUnstartedAsync(monitor));
            await container.ConnectPendingAsync(monitor);
            Started started = await monitor.StartAsync(CancellationToken.None);
            container.BeginRun(monitor);
            Publish(container, snapshot, monitor, started);
        }
    }

    /// <summary>A container that was made and may not run: its init waits, and goes.</summary>
    internal async ValueTask EndUnstartedAsync(IMonitor monitor)
    {
        await monitor.SignalAsync(Signals.Kill, execId: null, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ((Task)monitor.Exited.WaitAsync(EndPatience, engine.Clock, CancellationToken.None)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await monitor.DisposeAsync();
    }

    private Configure Configuration(ContainerSnapshot snapshot) => new()
    {
        Id = snapshot.Id,
        Bundle = snapshot.Paths.Root,
        RunDirectory = snapshot.Paths.Run,
        SeccompCache = engine.Options.RunDirectory + "/seccomp",
        OpenStdin = snapshot.Config.OpenStdin,
        StdinOnce = snapshot.Config.StdinOnce,
        Log = LogSettingsFor.Container(snapshot),
        Health = HealthChecks.SettingsOf(snapshot),
    };

    private void Publish(Container container, ContainerSnapshot snapshot, IMonitor monitor, Started started)
    {
        ContainerSnapshot running = snapshot with
        {
            State = new ContainerState
            {
                Status = ContainerStatus.Running,
                Pid = monitor.Snapshot.Pid,
                PidStartTime = monitor.Snapshot.StartTime,
                StartedAt = UnixTime.FromNanoseconds(started.UnixNanoseconds),
                Health = HealthChecks.Starting(snapshot),
            },
        };
        container.Publish(running);
        engine.Rows.SaveState(running);
        engine.Events.Publish(running, "start");
        engine.Log.Started(running.Id, running.Name, running.State.Pid);
        end.Watch(container, monitor);
        health.Watch(container, monitor);
    }
}
