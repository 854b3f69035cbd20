using Wharf.Engine.Containers;
using Wharf.Linux.Mounts;
using Xunit;

namespace Wharf.KernelTests.Containers;

/// <summary>An engine that was killed, and the next one: what ran runs on, what ended is known, what is nobody's goes.</summary>
public sealed class RecoveryTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_running_container_is_taken_over()
    {
        await using var rig = new EngineRig();
        string id = await rig.RunAsync();
        ContainerService next = rig.Restart();
        await next.RecoverAsync(None);
        ContainerSnapshot found = next.Find(id);
        Assert.Equal((ContainerStatus.Running, Environment.ProcessId), (found.State.Status, found.State.Pid));
        Assert.NotNull(found.Sandbox);
        Assert.Single(MountTable.Below(found.Paths.Root));
        Assert.True(await next.StopAsync(id, null, null, None));
        Assert.Equal(143, next.Find(id).State.ExitCode);
        await next.RemoveAsync(id, force: false, removeVolumes: false, None);
        await rig.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task An_end_meanwhile_is_known_by_its_exit_file()
    {
        await using var rig = new EngineRig();
        string id = await rig.RunAsync();
        await rig.Containers.DisposeAsync();
        rig.Monitors.Of(id).End(42);
        ContainerService next = rig.Restart();
        await next.RecoverAsync(None);
        Assert.Equal((ContainerStatus.Exited, 42), (next.Find(id).State.Status, next.Find(id).State.ExitCode));
        Assert.Empty(MountTable.Below(rig.Options.Root));
        Assert.Empty(rig.Networks.Present);
        await next.RemoveAsync(id, force: false, removeVolumes: false, None);
        await rig.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task After_a_reboot_nothing_runs_and_policies_apply()
    {
        await using var rig = new EngineRig();
        string plain = await rig.RunAsync();
        string always = await rig.RunAsync(new HostConfig { RestartPolicy = new("always") });
        string gone = await rig.RunAsync(new HostConfig { AutoRemove = true });
        await rig.Containers.DisposeAsync();
        foreach (string id in new[] { plain, always, gone })
        {
            rig.Monitors.Of(id).End(0);
        }

        Directory.Delete(rig.Options.RunDirectory, recursive: true);
        foreach (string mount in MountTable.Below(rig.Options.Root))
        {
            MountTable.Detach(mount);
        }

        ContainerService next = rig.Restart();
        await next.RecoverAsync(None);
        Assert.Equal((ContainerStatus.Exited, 255), (next.Find(plain).State.Status, next.Find(plain).State.ExitCode));
        Assert.Throws<Wharf.Engine.WharfException>(() => next.Find(gone));
        await LifecycleTests.UntilAsync(() => next.Find(always).State.Status == ContainerStatus.Running);
    }

    [Fact]
    public async Task What_no_row_owns_goes()
    {
        await using var rig = new EngineRig();
        string orphan = new('b', 64);
        var paths = new ContainerPaths(rig.Options.Root + "/containers/" + orphan, rig.Options.RunDirectory + "/containers/" + orphan);
        foreach (string directory in new[] { paths.Upper, paths.Work, paths.Merged, paths.Run })
        {
            Directory.CreateDirectory(directory);
        }

        OverlayMount.Mount(rig.Images.Resolve("one").LayerDirectories, paths.Upper, paths.Work, paths.Merged, isVolatile: false);
        await rig.Containers.RecoverAsync(None);
        await rig.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_stopped_container_is_as_it_was()
    {
        await using var rig = new EngineRig();
        string id = await rig.RunAsync(new HostConfig { RestartPolicy = new("unless-stopped") });
        await rig.Containers.StopAsync(id, null, null, None);
        ContainerSnapshot before = rig.Containers.Find(id);
        ContainerService next = rig.Restart();
        await next.RecoverAsync(None);
        Assert.Equal(before.State, next.Find(id).State);
        Assert.Equal(1, rig.Monitors.Created);
    }
}
