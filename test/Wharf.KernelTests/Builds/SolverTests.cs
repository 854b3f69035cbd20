using Wharf.Engine.Builds;
using Wharf.Oci;
using Xunit;

namespace Wharf.KernelTests.Builds;

/// <summary>What runs when, what is shared, and what is left when it is stopped.</summary>
public sealed class SolverTests : IAsyncLifetime
{
    private BuildRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await BuildRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Stages_that_do_not_need_each_other_run_at_the_same_time()
    {
        // Each waits for the other: one after the other they would wait for ever.
        Built built = await _rig.BuildAsync("""
            FROM busybox AS a
            RUN --mount=type=cache,target=/m touch /m/a; until [ -e /m/b ]; do sleep 0.01; done; echo a > /a
            FROM busybox AS b
            RUN --mount=type=cache,target=/m touch /m/b; until [ -e /m/a ]; do sleep 0.01; done; echo b > /b
            FROM scratch
            COPY --from=a /a /
            COPY --from=b /b /
            """);
        Assert.Equal("a\n", _rig.Read(built.Image, "a"));
        Assert.Equal("b\n", _rig.Read(built.Image, "b"));
    }

    [Fact]
    public async Task Stages_that_nobody_needs_are_not_built()
    {
        Built built = await _rig.BuildAsync("FROM busybox AS unused\nRUN exit 1\nFROM busybox AS wanted\nRUN touch /x\nFROM wanted\nRUN exit 2",
            request => request with { Target = "wanted" });
        Assert.Equal(["FROM busybox AS wanted", "RUN touch /x"], built.Events.OfType<StepsPlanned>().Single().Steps.Select(step => step.Text));
    }

    [Fact]
    public async Task Two_builds_of_the_same_run_each_step_once()
    {
        const string Dockerfile = "FROM busybox\nRUN --mount=type=cache,target=/m echo x >> /m/count; sleep 0.3; cp /m/count /count";
        Built[] both = await Task.WhenAll(_rig.BuildAsync(Dockerfile), _rig.BuildAsync(Dockerfile));
        Assert.Equal(both[0].Image.Id, both[1].Image.Id);
        Assert.Equal("x\n", _rig.Read(both[0].Image, "count"));
    }

    [Fact]
    public async Task One_that_shares_a_step_may_leave_without_stopping_the_other()
    {
        const string Dockerfile = "FROM busybox\nRUN echo started; sleep 1; echo done > /done";
        using var stop = new CancellationTokenSource();
        var started = new StartedGate();
        Task<Built> first = _rig.BuildAsync(Dockerfile, null, started, stop.Token);
        await started.Reached;
        Task<Built> second = _rig.BuildAsync(Dockerfile);
        await Task.Delay(200, Xunit.TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal("done\n", _rig.Read((await second).Image, "done"));
    }

    [Fact]
    public async Task Cancelling_stops_the_program_and_leaves_nothing()
    {
        using var stop = new CancellationTokenSource();
        var started = new StartedGate();
        Task<Built> build = _rig.BuildAsync("FROM busybox\nRUN echo started; sleep 1000", null, started, stop.Token);
        await started.Reached;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => build.WaitAsync(TimeSpan.FromSeconds(20)));
        _rig.AssertNothingLeft();
        Assert.Empty(_rig.Builds.Usage());
    }

    [Fact]
    public async Task The_same_build_with_SOURCE_DATE_EPOCH_is_the_same_image()
    {
        _rig.Write("file", "x");
        const string Dockerfile = "FROM scratch\nCOPY --from=busybox / /\nRUN mkdir -p /a/b && echo x > /a/b/c\nCOPY file /d/e/\nWORKDIR /w";
        Built first = await _rig.BuildAsync(Dockerfile, AtEpoch);
        await _rig.Builds.PruneAsync(new BuildPruneRequest { All = true }, Xunit.TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(_rig.Files + "/file", DateTime.UtcNow);
        Built second = await _rig.BuildAsync(Dockerfile, AtEpoch);
        Assert.Equal(5 - 1, second.Ran.Length);
        Assert.Equal(first.Image.Id, second.Image.Id);
        Assert.Equal("2001-09-09T01:46:40Z", second.Image.Config.Created);

        static BuildRequest AtEpoch(BuildRequest request) => request with { BuildArgs = new Dictionary<string, string?> { ["SOURCE_DATE_EPOCH"] = "1000000000" } };
    }

    [Fact]
    public async Task No_cache_runs_again_and_an_unchanged_result_serves_what_follows()
    {
        const string Dockerfile = "FROM busybox AS one\nRUN mkdir /d; touch -d @1 /d/f; touch -d @1 /d\nFROM one AS two\nRUN echo > /after";
        await _rig.BuildAsync(Dockerfile);
        Built again = await _rig.BuildAsync(Dockerfile, request => request with { NoCacheFilters = ["one"], Explain = true });
        Assert.Empty(again.Reasons("RUN echo"));
        Assert.Equal(["RUN mkdir /d; touch -d @1 /d/f; touch -d @1 /d"], again.Ran);
        Assert.Equal(2, (await _rig.BuildAsync(Dockerfile, request => request with { NoCache = true })).Ran.Length);
    }

    [Fact]
    public async Task Explanations_name_the_argument_and_the_base()
    {
        const string Dockerfile = "FROM busybox\nARG V=1\nRUN echo $V > /v\nRUN cat /v > /w";
        await _rig.BuildAsync(Dockerfile);
        Built changed = await _rig.BuildAsync(
            Dockerfile, request => request with { Explain = true, BuildArgs = new Dictionary<string, string?> { ["V"] = "2" } });
        Assert.Equal(["build argument V was \"1\" and is \"2\""], changed.Reasons("RUN echo"));
        Assert.Contains("the step before it, or the base image, has another result", changed.Reasons("RUN cat"));
    }

    [Fact]
    public async Task Removing_images_leaves_the_cache_and_pruning_the_cache_leaves_images()
    {
        const string Dockerfile = "FROM busybox\nRUN echo kept > /kept";
        Built built = await _rig.BuildAsync(Dockerfile, request => request with { Tags = [ImageReference.Parse("app:1")] });
        _rig.Engine.Images.Remove(new Engine.Images.RemoveImageRequest { Name = "app:1" });
        Built again = await _rig.BuildAsync(Dockerfile, request => request with { Tags = [ImageReference.Parse("app:1")] });
        Assert.Empty(again.Ran);
        Assert.Equal(built.Image.Id, again.Image.Id);

        BuildPruneResult kept = await _rig.Builds.PruneAsync(new BuildPruneRequest(), Xunit.TestContext.Current.CancellationToken);
        Assert.Empty(kept.Deleted);
        BuildPruneResult all = await _rig.Builds.PruneAsync(new BuildPruneRequest { All = true }, Xunit.TestContext.Current.CancellationToken);
        Assert.Single(all.Deleted);
        Assert.Equal("kept\n", _rig.Read(again.Image, "kept"));
        _rig.Engine.Images.Remove(new Engine.Images.RemoveImageRequest { Name = "app:1" });
        Assert.Single(Directory.EnumerateDirectories(_rig.Root + "/layers"));
    }

    [Fact]
    public async Task Pruning_down_to_a_size_keeps_what_was_used_last()
    {
        await _rig.BuildAsync("FROM busybox\nRUN dd if=/dev/zero of=/old bs=1M count=2");
        await _rig.BuildAsync("FROM busybox\nRUN dd if=/dev/zero of=/new bs=1M count=2");
        foreach (Engine.Images.Image image in _rig.Engine.Images.List(new Dictionary<string, IReadOnlyList<string>>(), all: true).Where(image => !image.Tags.Any()))
        {
            _rig.Engine.Images.Remove(new Engine.Images.RemoveImageRequest { Name = image.Id.ToString() });
        }

        BuildPruneResult result = await _rig.Builds.PruneAsync(
            new BuildPruneRequest { MaxUsedSpace = 3 << 20 }, Xunit.TestContext.Current.CancellationToken);
        Assert.Equal(2 << 20, result.SpaceReclaimed);
        Assert.Contains("/new", Assert.Single(_rig.Builds.Usage()).Description, StringComparison.Ordinal);
    }

    /// <summary>Lets a test go on when the program has said something.</summary>
    internal sealed class StartedGate : IBuildObserver
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task Reached => _reached.Task.WaitAsync(TimeSpan.FromSeconds(20));

        public void Report(BuildEvent happened)
        {
            if (happened is StepOutput)
            {
                _reached.TrySetResult();
            }
        }
    }
}
