using Wharf.Engine.Builds.Plan;
using Wharf.Engine.Containers;
using Wharf.Engine.Containers.Lifecycle;
using Wharf.Engine.Containers.Specs;
using Wharf.Engine.Execution;
using Wharf.Linux.Files;
using Wharf.Oci.Monitor;

namespace Wharf.Engine.Builds.Solve;

/// <summary>
/// Runs a program as a container would run it: the same runtime, defaults, seccomp rules, masked paths, cgroup and network. Its upper directory
/// is the layer. The container has no row and no name: a crash leaves directories and a cgroup, which the next start clears away.
/// </summary>
internal sealed class ExecStep(ContainerDependencies engine)
{
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(10);
    private readonly SpecAssembly _specs = new(engine);
    private readonly NetworkFiles _networkFiles = new(engine);

    /// <param name="place">Its <see cref="ContainerPaths.Upper"/> becomes the layer: on return nothing is mounted on it, and nothing of ours is in it.</param>
    /// <exception cref="StepFailedException">It ended with another code than 0.</exception>
    /// <exception cref="WharfException">It could not be started.</exception>
    internal async Task RunAsync(ExecVertex vertex, ExecPlace place, OutputRelay output, CancellationToken cancellationToken)
    {
        ContainerSnapshot container = Describe(vertex, place);
        engine.Networks.Validate(SandboxPlan.For(container));
        var undo = new UndoStack(engine.Log);
        MountStubs? stubs;
        try
        {
            stubs = await RunAsync(container, place, output, undo, cancellationToken);
        }
        catch (Exception failure) when (failure is not (StepFailedException or OperationCanceledException))
        {
            throw StartFailure.From(failure, vertex.Arguments[0], StartFailure.CreatePrefix);
        }
        finally
        {
            await undo.RunAsync();
        }

        stubs.Remove(place.View);
    }

    private async Task<MountStubs> RunAsync(
        ContainerSnapshot container, ExecPlace place, OutputRelay output, UndoStack undo, CancellationToken cancellationToken)
    {
        await using ISpareMonitor spare = engine.Monitors.Spawn();
        container = container with { Sandbox = await RootAndNetwork.PrepareAsync(engine, container, place.Lower, isVolatile: true, undo) };
        Directory.CreateDirectory(container.Paths.Run);
        undo.Push(() => TreeRemoval.Remove(container.Paths.Run));
        _networkFiles.Write(container);
        BundleFiles.WriteSpec(container, _specs.Build(container, container.Sandbox));
        cancellationToken.ThrowIfCancellationRequested();

        IMonitor monitor = await spare.CreateAsync(
            new Configure
            {
                Id = container.Id,
                Bundle = container.Paths.Root,
                RunDirectory = container.Paths.Run,
                SeccompCache = engine.Options.RunDirectory + "/seccomp",
            },
            CancellationToken.None);
        undo.Push(() => EndAsync(monitor));
        MountStubs stubs = MountStubs.In(container.Paths.Upper);
        await using Stream frames = await monitor.AttachAsync(new Attach { Stdout = true, Stderr = true }, CancellationToken.None);
        Task relaying = output.RunAsync(frames);
        await monitor.StartAsync(CancellationToken.None);
        using (cancellationToken.UnsafeRegister(_ => Kill(monitor), null))
        {
            Exited exited = await monitor.Exited;
            await relaying;
            cancellationToken.ThrowIfCancellationRequested();
            return exited.ExitCode == 0
                ? stubs
                : throw new StepFailedException(string.Join(' ', container.Arguments), exited.ExitCode, output.LastLines);
        }
    }

    /// <summary>Nothing of it may be running when its layer is looked at, however the step ended.</summary>
    private async ValueTask EndAsync(IMonitor monitor)
    {
        if (!monitor.Exited.IsCompleted)
        {
            Kill(monitor);
            await ((Task)monitor.Exited.WaitAsync(EndPatience, engine.Clock, CancellationToken.None)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await monitor.DisposeAsync();
    }

    private static void Kill(IMonitor monitor) =>
        _ = monitor.SignalAsync(Signals.Kill, execId: null, CancellationToken.None)
            .ContinueWith(task => task.Exception, TaskContinuationOptions.OnlyOnFaulted);

    private ContainerSnapshot Describe(ExecVertex vertex, ExecPlace place)
    {
        var config = new ContainerConfig
        {
            Cmd = vertex.Arguments,
            Env = [.. vertex.Environment, .. vertex.HiddenEnvironment, .. place.SecretEnvironment],
            User = vertex.User,
            WorkingDir = vertex.WorkingDirectory,
            Hostname = place.Id[..12],
        };
        HostConfig host = ContainerDefaults.Complete(
            new HostConfig
            {
                NetworkMode = vertex.Network,
                ExtraHosts = vertex.ExtraHosts,
                Resources = vertex.Limits.Resources,
                ShmSize = vertex.Limits.ShmSize,
                CgroupParent = vertex.Limits.CgroupParent,
            },
            config,
            engine.Options,
            engine.Machine);
        return new ContainerSnapshot
        {
            Id = place.Id,
            Name = "build-" + place.Id[..12],
            Created = engine.Clock.GetUtcNow(),
            ImageId = "",
            Platform = "",
            Config = ContainerDefaults.ForNetwork(config, new ContainerConfig(), host),
            HostConfig = host,
            Endpoints = ContainerDefaults.Endpoints(new CreateRequest { Config = config, HostConfig = host }, host),
            Mounts = place.Mounts,
            State = new ContainerState(),
            Paths = place.Paths,
        };
    }
}

/// <summary>What is prepared for one run.</summary>
/// <param name="Id">64 hex digits.</param>
/// <param name="Lower">The root as overlayfs takes it, topmost first.</param>
/// <param name="View">The same to look at.</param>
/// <param name="SecretEnvironment"><c>NAME=value</c>.</param>
internal sealed record ExecPlace(
    string Id,
    ContainerPaths Paths,
    IReadOnlyList<string> Lower,
    string View,
    IReadOnlyList<MountPoint> Mounts,
    IReadOnlyList<string> SecretEnvironment);
