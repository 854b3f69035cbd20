using Wharf.Engine.Containers.Execs;
using Wharf.Engine.Containers.Registry;
using Wharf.Engine.Containers.Security;
using Wharf.Engine.Containers.Validation;
using Wharf.Engine.Execution;
using Wharf.Oci.Monitor;

namespace Wharf.Engine.Containers;

/// <summary><c>exec</c>: create, then start with or without a client, then ask for the exit code.</summary>
internal sealed class ExecInContainer(ContainerDependencies engine, ExecRegistry execs)
{
    internal const string FailurePrefix = "OCI runtime exec failed: exec failed: unable to start container process";

    internal string Create(string idOrName, ExecCreateRequest request)
    {
        Container container = engine.Registry.Find(idOrName);
        ContainerSnapshot snapshot = RequireRunning(container);
        if (request.Cmd.Count == 0)
        {
            throw WharfException.Invalid("No exec command specified");
        }

        RequestRules.CheckEnvironment(request.Env);
        RequestRules.CheckWorkingDirectory(request.WorkingDir);
        DetachKeys.Parse(request.DetachKeys);
        ExecEntry entry = execs.Add(snapshot.Id, request);
        engine.Events.Publish(snapshot, $"exec_create: {string.Join(' ', request.Cmd)}", ("execID", entry.Snapshot.Id));
        return entry.Snapshot.Id;
    }

    internal ExecSnapshot Find(string id) => execs.Find(id).Snapshot;

    /// <summary>Claims an exec for one client.</summary>
    internal IStreamSession Attach(string id, ConsoleSize? size) => new ExecSession(engine, this, Claim(id, size));

    /// <summary>Starts an exec whose output nobody wants.</summary>
    internal async Task StartDetachedAsync(string id, ConsoleSize? size)
    {
        ExecEntry entry = Claim(id, size);
        RunningExec running = await StartAsync(entry, attached: false);
        await running.Stream.DisposeAsync();
    }

    /// <summary>Runs a claimed exec's program.</summary>
    /// <exception cref="StartFailure">It could not be executed; the exec has the exit code.</exception>
    internal async Task<RunningExec> StartAsync(ExecEntry entry, bool attached)
    {
        ExecCreateRequest request = entry.Snapshot.Request;
        Container container = engine.Registry.Find(entry.Snapshot.ContainerId);
        ContainerSnapshot snapshot = RequireRunning(container);
        IMonitor monitor = container.Monitor ?? throw NotRunning(snapshot);
        try
        {
            RunningExec running = await monitor.ExecAsync(
                new Exec
                {
                    ExecId = entry.Snapshot.Id,
                    Process = ExecSpec.Build(snapshot, request, entry.ConsoleSize, $"/proc/{snapshot.State.Pid}/root", CapabilitySet.Held),
                    Stdin = attached && request.AttachStdin,
                    Stdout = attached && request.AttachStdout,
                    Stderr = attached && request.AttachStderr,
                },
                CancellationToken.None);
            entry.Running = running;
            entry.Snapshot = entry.Snapshot with { Running = true, Pid = running.Pid };
            engine.Events.Publish(snapshot, $"exec_start: {string.Join(' ', request.Cmd)}", ("execID", entry.Snapshot.Id));
            Watch(entry, snapshot, running);
            return running;
        }
        catch (Exception failure)
        {
            StartFailure typed = StartFailure.From(failure, request.Cmd[0], FailurePrefix);
            entry.End(typed.ExitCode == StartFailure.Other ? StartFailure.CommandNotExecutable : typed.ExitCode);
            execs.Ended(entry);
            throw typed;
        }
    }

    internal async Task ResizeAsync(string id, int rows, int columns)
    {
        ExecEntry entry = execs.Find(id);
        Container container = engine.Registry.Find(entry.Snapshot.ContainerId);
        if (!entry.Snapshot.Running || container.Monitor is not { } monitor)
        {
            throw WharfException.Conflict($"exec {id} is not running");
        }

        await monitor.ResizeAsync(rows, columns, id, CancellationToken.None);
    }

    private ExecEntry Claim(string id, ConsoleSize? size)
    {
        ExecEntry entry = execs.Find(id);
        RequireRunning(engine.Registry.Find(entry.Snapshot.ContainerId));
        if (!entry.TryClaim())
        {
            throw WharfException.Conflict(entry.Snapshot.Running
                ? $"exec {id} is already running"
                : $"exec {id} has already run");
        }

        entry.ConsoleSize = size ?? entry.Snapshot.Request.ConsoleSize;
        return entry;
    }

    private void Watch(ExecEntry entry, ContainerSnapshot container, RunningExec running) => engine.Background.Run(async () =>
    {
        int? exitCode = null;
        try
        {
            exitCode = await running.ExitCode.WaitAsync(engine.Background.Stopping);
        }
        catch (Exception) when (engine.Background.Stopping.IsCancellationRequested || running.ExitCode.IsFaulted)
        {
            // The engine closes, or the container has gone with its monitor; there is no exit code to be had.
        }

        entry.End(exitCode);
        execs.Ended(entry);
        engine.Events.Publish(
            container, "exec_die", ("execID", entry.Snapshot.Id), ("exitCode", (exitCode ?? -1).ToString(System.Globalization.CultureInfo.InvariantCulture)));
    });

    private static ContainerSnapshot RequireRunning(Container container)
    {
        ContainerSnapshot snapshot = container.Snapshot;
        return snapshot.State.Status switch
        {
            ContainerStatus.Running => snapshot,
            ContainerStatus.Paused => throw WharfException.Conflict($"Container {snapshot.Id} is paused, unpause the container before exec"),
            ContainerStatus.Restarting =>
                throw WharfException.Conflict($"Container {snapshot.Id} is restarting, wait until the container is running"),
            _ => throw NotRunning(snapshot),
        };
    }

    private static WharfException NotRunning(ContainerSnapshot container) => WharfException.Conflict($"container {container.Id} is not running");
}
