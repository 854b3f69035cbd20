using Wharf.Engine;
using Wharf.Engine.Containers;
using Wharf.Linux.Cgroups;
using Wharf.Oci.Monitor;
using Xunit;

namespace Wharf.KernelTests.Containers;

/// <summary>The verbs, one after the other and against each other; whatever happens, nothing is left over.</summary>
public sealed class LifecycleTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Create_start_exit_remove()
    {
        await using var rig = new EngineRig();
        string id = await rig.RunAsync();
        Assert.Equal(ContainerStatus.Running, rig.Containers.Find(id).State.Status);
        Assert.False(await rig.Containers.StartAsync(id, None));
        Task<WaitResult> wait = rig.Containers.WaitAsync(id, WaitCondition.NotRunning, None);
        rig.Monitors.Of(id).End(3);
        Assert.Equal(3, (await wait).ExitCode);
        ContainerState state = rig.Containers.Find(id).State;
        Assert.Equal((ContainerStatus.Exited, 3, 0), (state.Status, state.ExitCode, state.Pid));
        Assert.False(await rig.Containers.StopAsync(id, null, null, None));
        await rig.Containers.RemoveAsync(id, force: false, removeVolumes: false, None);
        Assert.Throws<WharfException>(() => rig.Containers.Find(id));
        Assert.Equal(["create", "start", "die", "destroy"], rig.EventNames);
        await rig.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_container_that_removes_itself()
    {
        await using var rig = new EngineRig();
        string id = await rig.CreateAsync(new HostConfig { AutoRemove = true });
        Task<WaitResult> removed = rig.Containers.WaitAsync(id, WaitCondition.Removed, None);
        Assert.True(await rig.Containers.StartAsync(id, None));
        rig.Monitors.Of(id).End(7);
        Assert.Equal(7, (await removed).ExitCode);
        await rig.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task Stop_asks_and_then_insists()
    {
        await using var rig = new EngineRig();
        rig.Monitors.Stubborn = true;
        string id = await rig.RunAsync(config: new ContainerConfig { StopTimeout = 0 });
        ScriptedMonitors.ScriptedMonitor monitor = rig.Monitors.Of(id);
        Assert.True(await rig.Containers.StopAsync(id, null, null, None));
        Assert.Equal([15, 9], monitor.Signals);
        Assert.Equal(137, rig.Containers.Find(id).State.ExitCode);
        Assert.Equal(["create", "start", "kill", "kill", "die", "stop"], rig.EventNames);
    }

    [Fact]
    public async Task Restart_keeps_even_a_container_that_removes_itself()
    {
        await using var rig = new EngineRig();
        string id = await rig.RunAsync(new HostConfig { AutoRemove = true });
        await rig.Containers.RestartAsync(id, null, null, None);
        Assert.Equal(ContainerStatus.Running, rig.Containers.Find(id).State.Status);
        await rig.Containers.RemoveAsync(id, force: true, removeVolumes: true, None);
        await rig.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task Always_starts_again_and_holds_still_after_stop()
    {
        await using var rig = new EngineRig();
        string id = await rig.RunAsync(new HostConfig { RestartPolicy = new("always") });
        rig.Monitors.Of(id).End(1);
        await UntilAsync(() => rig.Monitors.Created == 2 && rig.Containers.Find(id).State.Status == ContainerStatus.Running);
        Assert.Equal(1, rig.Containers.Find(id).RestartCount);
        await rig.Containers.StopAsync(id, null, null, None);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.Equal(ContainerStatus.Exited, rig.Containers.Find(id).State.Status);
        Assert.Equal(2, rig.Monitors.Created);
    }

    [Fact]
    public async Task Stop_between_two_runs_calls_the_restart_off()
    {
        await using var rig = new EngineRig();
        string id = await rig.RunAsync(new HostConfig { RestartPolicy = new("always") });
        rig.Monitors.Of(id).End(1);
        await UntilAsync(() => rig.Containers.Find(id).State.Status == ContainerStatus.Restarting);
        Assert.True(await rig.Containers.StopAsync(id, null, null, None));
        await rig.Containers.RemoveAsync(id, force: false, removeVolumes: false, None);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.Equal(1, rig.Monitors.Created);
        await rig.AssertNothingIsLeftAsync();
    }

    [Theory]
    [InlineData(FailureKind.CommandNotFound, 127, "exec: \"/bin/true\": stat /bin/true: no such file or directory")]
    [InlineData(FailureKind.CommandNotExecutable, 126, "exec: \"/bin/true\": permission denied")]
    [InlineData(FailureKind.Internal, 128, "it broke")]
    public async Task A_failed_start_is_undone_and_explained(FailureKind kind, int exitCode, string words)
    {
        await using var rig = new EngineRig();
        rig.Monitors.StartFailure = new Failed(kind, "execve", "/bin/true", 13, "it broke");
        string id = await rig.CreateAsync();
        StartFailure failure = await Assert.ThrowsAsync<StartFailure>(() => rig.Containers.StartAsync(id, None));
        Assert.Equal(exitCode, failure.ExitCode);
        Assert.EndsWith(words, failure.Message, StringComparison.Ordinal);
        ContainerState state = rig.Containers.Find(id).State;
        Assert.Equal((ContainerStatus.Created, exitCode, failure.Message), (state.Status, state.ExitCode, state.Error));
        Assert.Empty(rig.Networks.Present);

        rig.Monitors.StartFailure = null;
        Assert.True(await rig.Containers.StartAsync(id, None));
        Assert.Equal("", rig.Containers.Find(id).State.Error);
        await rig.Containers.RemoveAsync(id, force: true, removeVolumes: false, None);
        await rig.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task Every_step_of_a_start_that_fails_leaves_nothing()
    {
        await using var rig = new EngineRig();
        rig.Networks.Failure = WharfException.Conflict("port is already allocated");
        await FailAsync(ErrorKind.Conflict);
        rig.Networks.Failure = null;
        rig.Monitors.CreateFailure = new Failed(FailureKind.Internal, "clone3", "", 12, "no memory");
        await FailAsync(ErrorKind.Internal);
        rig.Monitors.CreateFailure = null;
        await FailAsync(ErrorKind.InvalidArgument, new ContainerConfig { User = "nobody-here" });
        await rig.AssertNothingIsLeftAsync();

        async Task FailAsync(ErrorKind kind, ContainerConfig? config = null)
        {
            string id = await rig.CreateAsync(new HostConfig { AutoRemove = true }, config);
            Assert.Equal(kind, (await Assert.ThrowsAsync<StartFailure>(() => rig.Containers.StartAsync(id, None))).Kind);
            Assert.Throws<WharfException>(() => rig.Containers.Find(id));
        }
    }

    [Fact]
    public async Task A_failed_create_leaves_nothing()
    {
        await using var rig = new EngineRig();
        await rig.CreateAsync(name: "taken");
        WharfException refusal = await Assert.ThrowsAsync<WharfException>(() => rig.CreateAsync(name: "taken"));
        Assert.Equal(ErrorKind.Conflict, refusal.Kind);
        await Assert.ThrowsAsync<WharfException>(() => rig.CreateAsync(new HostConfig { Mounts = [new MountRequest { Type = "bind", Source = "/no", Target = "/x" }] }));
        await Assert.ThrowsAsync<WharfException>(() => rig.CreateAsync(
            new HostConfig { Mounts = [new MountRequest { Type = "volume", Source = "v", Target = "/x", VolumeDriver = "no-such-driver" }] }, name: "half"));
        await rig.Containers.RemoveAsync("taken", force: false, removeVolumes: false, None);
        Assert.Equal("half", rig.Containers.Find(await rig.CreateAsync(name: "half")).Name);
        await rig.Containers.RemoveAsync("half", force: false, removeVolumes: false, None);
        await rig.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task Refusals_are_dockers()
    {
        await using var rig = new EngineRig();
        string id = await rig.CreateAsync(name: "web");
        await RefusedAsync(() => rig.Containers.KillAsync("web", null, None), $"cannot kill container: web: container {id} is not running");
        await RefusedAsync(() => rig.Containers.PauseAsync("web", None), $"container {id} is not running");
        await rig.Containers.StartAsync(id, None);
        await RefusedAsync(
            () => rig.Containers.RemoveAsync("web", false, false, None),
            "cannot remove container \"/web\": container is running: stop the container before removing or force remove");
        await RefusedAsync(() => rig.Containers.UnpauseAsync("web", None), $"Container {id} is not paused");

        static async Task RefusedAsync(Func<Task> verb, string message)
        {
            WharfException refusal = await Assert.ThrowsAsync<WharfException>(verb);
            Assert.Equal((ErrorKind.Conflict, message), (refusal.Kind, refusal.Message));
        }
    }

    [Fact]
    public async Task A_new_volume_is_filled_from_the_image()
    {
        await using var rig = new EngineRig();
        string id = await rig.CreateAsync(new HostConfig { Binds = ["seeded:/data", "bare:/data2:nocopy"] });
        MountPoint seeded = rig.Containers.Find(id).Mounts.Single(mount => mount.Name == "seeded");
        Assert.Equal("seed", File.ReadAllText(seeded.Source + "/seed"));
        File.Delete(seeded.Source + "/seed");
        File.WriteAllText(seeded.Source + "/own", "");
        await rig.CreateAsync(new HostConfig { Binds = ["seeded:/data"] });
        Assert.False(File.Exists(seeded.Source + "/seed"));
    }

    [Fact]
    public async Task Attached_before_the_start_means_connected_at_the_start()
    {
        await using var rig = new EngineRig();
        string id = await rig.CreateAsync();
        await using IStreamSession session = await rig.Containers.AttachAsync(id, new AttachRequest { Stream = true, Stdout = true }, None);
        var client = new MemoryStream();
        Task running = session.RunAsync(client, None);
        Assert.False(running.IsCompleted);
        await rig.Containers.StartAsync(id, None);
        await running;
        Assert.Equal("output"u8.ToArray(), client.ToArray());
    }

    [Fact]
    public async Task An_exec_runs_once_and_keeps_its_exit_code()
    {
        await using var rig = new EngineRig();
        string id = await rig.CreateAsync();
        await Assert.ThrowsAsync<WharfException>(async () => await Task.FromResult(rig.Containers.CreateExec(id, new ExecCreateRequest { Cmd = ["x"] })));
        await rig.Containers.StartAsync(id, None);
        string exec = rig.Containers.CreateExec(id, new ExecCreateRequest { Cmd = ["x"], User = "0" });
        await rig.Containers.StartExecAsync(exec, null, None);
        await UntilAsync(() => rig.Containers.FindExec(exec).ExitCode == 5);
        WharfException again = Assert.Throws<WharfException>(() => rig.Containers.AttachExec(exec, null));
        Assert.Equal(ErrorKind.Conflict, again.Kind);
    }

    [Fact]
    public async Task Many_at_once()
    {
        await using var rig = new EngineRig();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(async () =>
        {
            string id = await rig.RunAsync(new HostConfig { AutoRemove = true });
            Task<WaitResult> removed = rig.Containers.WaitAsync(id, WaitCondition.Removed, None);
            await rig.Containers.KillAsync(id, "TERM", None);
            Assert.Equal(143, (await removed).ExitCode);
        })));
        await rig.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task An_engine_that_ends_takes_its_empty_cgroup_along_and_leaves_one_with_a_container()
    {
        await using var rig = new EngineRig();
        var hierarchies = CgroupHierarchies.Detect();
        var parent = new Cgroup(hierarchies, rig.Options.InstanceName);
        var container = new Cgroup(hierarchies, rig.Options.InstanceName + "/running");
        container.Create();
        await rig.Containers.DisposeAsync();
        Assert.True(container.Exists);
        container.Delete();
        await rig.Restart().DisposeAsync();
        Assert.False(parent.Exists);
    }

    internal static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        while (!condition())
        {
            await Task.Delay(10, patience.Token);
        }
    }
}
