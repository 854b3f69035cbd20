using Wharf.Engine.Containers.Health;
using Wharf.Engine.Containers.Registry;
using Wharf.Engine.Containers.Specs;
using Wharf.Engine.Execution;
using Wharf.Linux;
using Wharf.Linux.Cgroups;
using Wharf.Oci.Monitor;

namespace Wharf.Engine.Containers.Lifecycle;

/// <summary>
/// What happens when a container's process has gone: record why, tell those who wait, clear away its network and root, and then leave it,
/// start it again or remove it.
/// </summary>
internal sealed class ContainerEnd(ContainerDependencies engine, RemoveContainer remove)
{
    /// <summary>What a container without a known exit code is given: the machine or its monitor went down with it.</summary>
    private const int UnknownExitCode = 255;

    /// <summary>Set by <see cref="ContainerService"/>: starting needs this class, so it cannot be handed over at construction.</summary>
    internal Func<Container, Task>? StartAgain { get; set; }

    /// <summary>From now on the end of this process is noticed. Called by the container's writer.</summary>
    internal void Watch(Container container, IMonitor monitor) => engine.Background.Run(async () =>
    {
        Exited exited;
        try
        {
            exited = await monitor.Exited.WaitAsync(engine.Background.Stopping);
        }
        catch (OperationCanceledException) when (engine.Background.Stopping.IsCancellationRequested)
        {
            return; // The engine closes; the container runs on.
        }
        catch (Exception lost)
        {
            engine.Log.MonitorLost(lost, container.Id);
            exited = LastWords(container);
            Try(container, "ending what its monitor left", () => EndLeftovers(container.Snapshot));
        }

        using (await container.Gate.EnterAsync(CancellationToken.None))
        {
            await HandleAsync(container, exited);
        }
    });

    /// <summary>The exit file says what a monitor could not say any more.</summary>
    internal Exited LastWords(Container container) =>
        engine.Monitors.ReadExitFile(container.Snapshot.Paths.Run)
        ?? new Exited(UnknownExitCode, OomKilled: false, engine.Clock.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000);

    /// <summary>Processes that a monitor has left behind, and their cgroup.</summary>
    internal bool EndLeftovers(ContainerSnapshot container) =>
        Leftovers.Remove(new Cgroup(engine.Cgroups, CgroupPaths.Of(engine.Options, container.HostConfig, container.Id)));

    /// <summary>A container's process has gone. The caller is its writer.</summary>
    internal async Task HandleAsync(Container container, Exited exited)
    {
        ContainerSnapshot before = container.Snapshot;
        DateTimeOffset finished = UnixTime.FromNanoseconds(exited.UnixNanoseconds);
        TimeSpan ran = finished - (before.State.StartedAt ?? finished);
        bool again = RestartDecision.ShouldRestart(
            before.HostConfig.RestartPolicy, exited.ExitCode, before.RestartCount, before.State.StoppedByUser);
        ContainerSnapshot ended = before with
        {
            Sandbox = null,
            ExecIds = [],
            RestartCount = again ? before.RestartCount + 1 : before.RestartCount,
            State = before.State with
            {
                Status = again ? ContainerStatus.Restarting : ContainerStatus.Exited,
                Pid = 0,
                PidStartTime = 0,
                ExitCode = exited.ExitCode,
                OomKilled = exited.OomKilled,
                FinishedAt = finished,
                Health = HealthChecks.Stopped(before.State.Health),
            },
        };
        container.Publish(ended);
        engine.Log.Ended(ended.Id, exited.ExitCode);
        engine.Events.Died(ended);
        if (ended.HostConfig.AutoRemove && !container.KeepOnEnd)
        {
            await ClearAwayAsync(container);
            container.EndRun();
            container.Notify(new WaitResult(exited.ExitCode, null), WaitCondition.NextExit, WaitCondition.NotRunning);
            remove.RemoveLocked(container, removeVolumes: true);
            return;
        }

        container.Notify(new WaitResult(exited.ExitCode, null), again ? [WaitCondition.NextExit] : [WaitCondition.NextExit, WaitCondition.NotRunning]);
        Try(container, "recording its end", () => engine.Rows.SaveState(ended));
        await ClearAwayAsync(container);
        container.EndRun();
        if (again)
        {
            ScheduleRestart(container, ran);
        }
    }

    /// <summary>A start was undone: keep the reason where <c>inspect</c> shows it. The caller is the container's writer.</summary>
    internal void StartFailed(Container container, StartFailure failure)
    {
        container.AbandonPending();
        ContainerSnapshot before = container.Snapshot;
        ContainerSnapshot failed = before with
        {
            Sandbox = null,
            State = before.State with
            {
                Status = ContainerTransitions.Next(before.State.Status, ContainerEvent.StartFailed) ?? before.State.Status,
                ExitCode = failure.ExitCode,
                Error = failure.Message,
                FinishedAt = before.State.StartedAt is null ? null : engine.Clock.GetUtcNow(),
            },
        };
        container.Publish(failed);

        // Without the reason: whoever asked for the start is told, and Docker's client would print it once more.
        container.Notify(new WaitResult(failure.ExitCode, null), WaitCondition.NextExit, WaitCondition.NotRunning);
        if (failed.HostConfig.AutoRemove)
        {
            remove.RemoveLocked(container, removeVolumes: true);
        }
        else
        {
            engine.Rows.SaveState(failed);
        }
    }

    /// <summary>Each step is tried whatever became of the others; what stays is found by recovery.</summary>
    private async Task ClearAwayAsync(Container container)
    {
        ContainerPaths paths = container.Snapshot.Paths;
        if (container.Monitor is { } monitor)
        {
            container.Monitor = null;
            await monitor.DisposeAsync();
        }

        Task network = engine.Networks.TearDownAsync(container.Id, CancellationToken.None);
        Try(container, "unmounting its root", () => RootFilesystem.Unmount(paths));
        Try(container, "removing its run directory", () => Linux.Files.TreeRemoval.Remove(paths.Run));
        try
        {
            await network;
        }
        catch (Exception failure)
        {
            engine.Log.CleanUpFailed(failure, container.Id, "taking down its network");
        }
    }

    private void Try(Container container, string step, Action action)
    {
        try
        {
            action();
        }
        catch (Exception failure) when (failure is LinuxException or IOException or WharfException)
        {
            engine.Log.CleanUpFailed(failure, container.Id, step);
        }
    }

    private void ScheduleRestart(Container container, TimeSpan ran)
    {
        container.RestartPause = RestartDecision.NextPause(container.RestartPause, ran);
        CancellationToken cancelled = container.BeginRestartDelay(engine.Background.Stopping);
        engine.Background.Run(async () =>
        {
            try
            {
                await Task.Delay(container.RestartPause, engine.Clock, cancelled);
                using (await container.Gate.EnterAsync(cancelled))
                {
                    if (container.Snapshot.State.Status == ContainerStatus.Restarting && !cancelled.IsCancellationRequested)
                    {
                        await StartAgain!(container);
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // Stopped, killed, removed or started by hand meanwhile, or the engine closes: whoever cancelled has set the state.
            }
            catch (Exception failure)
            {
                engine.Log.RestartFailed(failure, container.Id);
            }
        });
    }
}
