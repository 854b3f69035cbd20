using Microsoft.Extensions.Logging.Abstractions;
using Wharf.Engine.Builds;
using Wharf.Linux.Mounts;
using Xunit;

namespace Wharf.KernelTests.Builds;

/// <summary>What the next start makes of a build that a crash interrupted.</summary>
public sealed class CrashTests : IAsyncLifetime
{
    private BuildRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await BuildRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task The_program_is_ended_its_mounts_go_and_what_was_finished_stays()
    {
        const string Finished = "FROM busybox\nRUN echo whole > /whole\n";
        var started = new SolverTests.StartedGate();
        Task<Built> build = _rig.BuildAsync(Finished + "RUN echo $$; touch /half; sleep 1000", also: started);
        await started.Reached;
        Assert.NotEmpty(MountTable.Below(_rig.Root + "/builds"));

        // As the next engine does first of all; the build of this one loses the ground under its feet.
        RecoverBuilds.Run(_rig.Engine.Options, NullLogger.Instance);
        await Assert.ThrowsAnyAsync<Exception>(() => build.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Empty(MountTable.Below(_rig.Root + "/builds"));

        // Only now: the build that lost its ground may have made its directory once more on its way out, which a dead program cannot.
        await _rig.RestartAsync();
        Assert.False(Directory.Exists(_rig.Root + "/builds"));
        _rig.AssertNothingLeft();
        Assert.Empty((await _rig.BuildAsync(Finished)).Ran);
    }

    [Fact]
    public async Task A_layer_without_its_record_and_a_record_without_its_layer_are_both_forgotten()
    {
        Built built = await _rig.BuildAsync("FROM busybox\nRUN echo 1 > /one");
        string layer = $"{_rig.Root}/layers/{built.Image.Layers[1].DiffId.Hex}";
        _rig.Engine.Images.Remove(new Engine.Images.RemoveImageRequest { Name = built.Image.Id.ToString() });
        Directory.Move(layer, layer + "-gone");
        await _rig.RestartAsync();
        Assert.Empty(_rig.Builds.Usage());
        _rig.AssertNothingLeft();
        Assert.Single((await _rig.BuildAsync("FROM busybox\nRUN echo 1 > /one")).Ran);
    }
}
