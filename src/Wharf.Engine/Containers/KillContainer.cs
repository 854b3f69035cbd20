using System.Globalization;
using Wharf.Engine.Containers.Registry;

namespace Wharf.Engine.Containers;

/// <summary><c>kill</c>: one signal to the container's init.</summary>
internal sealed class KillContainer(ContainerDependencies engine, PauseContainer pause)
{
    internal async Task RunAsync(string idOrName, string? signal, CancellationToken cancellationToken)
    {
        int number = string.IsNullOrEmpty(signal) ? Signals.Kill : Signals.Parse(signal);
        using LockedContainer locked = await engine.Registry.EnterAsync(idOrName, cancellationToken);
        if (!locked.Snapshot.State.IsRunning)
        {
            throw WharfException.Conflict($"cannot kill container: {idOrName}: container {locked.Snapshot.Id} is not running");
        }

        if (CancelRestart(engine, locked.Container))
        {
            return;
        }

        // These two mean "end": the restart policy holds still afterwards. Others are the program's own affair.
        bool endsForGood = number == Signals.Kill || number == StopSignalOf(locked.Snapshot.Config);
        await SendLockedAsync(locked.Container, number, endsForGood);
    }

    /// <summary>The caller is the container's writer, and it has a process.</summary>
    /// <param name="endsForGood">The user wants it gone: no automatic restart.</param>
    internal async Task SendLockedAsync(Container container, int number, bool endsForGood)
    {
        ContainerSnapshot snapshot = container.Snapshot;
        if (endsForGood && !snapshot.State.StoppedByUser)
        {
            snapshot = snapshot with { State = snapshot.State with { StoppedByUser = true } };
            container.Publish(snapshot);
            if (snapshot.HostConfig.RestartPolicy.Name != "no")
            {
                engine.Rows.SaveState(snapshot);
            }
        }

        if (container.Monitor is { } monitor)
        {
            await monitor.SignalAsync(number, execId: null, CancellationToken.None);
        }

        engine.Events.Publish(snapshot, "kill", ("signal", number.ToString(CultureInfo.InvariantCulture)));
        if (number == Signals.Kill && snapshot.State.Status == ContainerStatus.Paused)
        {
            // A frozen process of cgroup v1 does not die before it thaws.
            pause.ThawLocked(container);
        }
    }

    /// <summary>A container between two automatic runs has no process: calling off the restart ends it. The caller is its writer.</summary>
    /// <returns>False when it is not between two runs.</returns>
    internal static bool CancelRestart(ContainerDependencies engine, Container container)
    {
        ContainerSnapshot snapshot = container.Snapshot;
        if (snapshot.State.Status != ContainerStatus.Restarting)
        {
            return false;
        }

        container.CancelRestart();
        snapshot = snapshot with { State = snapshot.State with { Status = ContainerStatus.Exited, StoppedByUser = true } };
        container.Publish(snapshot);
        engine.Rows.SaveState(snapshot);
        container.Notify(new WaitResult(snapshot.State.ExitCode, null), WaitCondition.NotRunning);
        return true;
    }

    private static int StopSignalOf(ContainerConfig config) =>
        string.IsNullOrEmpty(config.StopSignal) ? Signals.Terminate : Signals.Parse(config.StopSignal);
}
