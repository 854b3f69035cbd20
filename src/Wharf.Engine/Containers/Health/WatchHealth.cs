using System.Globalization;
using Wharf.Engine.Containers.Registry;
using Wharf.Engine.Execution;
using Wharf.Oci.Monitor;

namespace Wharf.Engine.Containers.Health;

/// <summary>Makes what a container's monitor says of its probes visible: in its snapshot, and as the events of an exec and of health.</summary>
internal sealed class WatchHealth(ContainerDependencies engine)
{
    /// <summary>Until this run ends. Called by the container's writer.</summary>
    internal void Watch(Container container, IMonitor monitor)
    {
        if (container.Snapshot.State.Health is null)
        {
            return;
        }

        engine.Background.Run(async () =>
        {
            try
            {
                await foreach (MonitorMessage said in monitor.Probes.ReadAllAsync(engine.Background.Stopping))
                {
                    using (await container.Gate.EnterAsync(engine.Background.Stopping))
                    {
                        if (container.Monitor == monitor)
                        {
                            Handle(container, said);
                        }
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // The engine closes; the monitor goes on.
            }
        });
    }

    /// <summary>Takes over what a monitor found while the engine was away. The caller is the container's writer.</summary>
    internal void Update(Container container, HealthRecord record)
    {
        ContainerSnapshot before = container.Snapshot;
        ContainerHealth health = HealthChecks.Merge(before, record);
        container.Publish(before with { State = before.State with { Health = health } });
        if (before.State.Health?.Status != health.Status)
        {
            // Before the row, which waits for the disk: who has seen the status has heard of it.
            engine.Events.Publish(container.Snapshot, $"health_status: {HealthChecks.NameOf(health.Status)}");
            engine.Rows.SaveState(container.Snapshot);
        }
    }

    private void Handle(Container container, MonitorMessage said)
    {
        ContainerSnapshot snapshot = container.Snapshot;
        if (said.ProbeStarted is { } started)
        {
            string command = string.Join(' ', HealthChecks.CommandOf(snapshot.Config) ?? []);
            engine.Events.Publish(snapshot, $"exec_create: {command}", ("execID", started.ExecId));
            engine.Events.Publish(snapshot, $"exec_start: {command}", ("execID", started.ExecId));
        }

        // One that was on its way when the container was halted counts no more.
        if (said.ProbeEnded is { } ended && snapshot.State.Status == ContainerStatus.Running)
        {
            if (ended.ExitCode is { } code)
            {
                engine.Events.Publish(snapshot, "exec_die", ("execID", ended.ExecId), ("exitCode", code.ToString(CultureInfo.InvariantCulture)));
            }

            Update(container, ended.Health);
        }
    }
}
