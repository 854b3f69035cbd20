using Wharf.Engine.Builds;
using Wharf.Oci;
using Xunit;

namespace Wharf.KernelTests.Builds;

/// <summary><c>--cache-from</c>: steps from the history of an image whose build this engine knows nothing of.</summary>
public sealed class CacheSourceTests : IAsyncLifetime
{
    private const string Dockerfile = """
        FROM busybox
        ENV A=b
        WORKDIR /work
        COPY file sub/
        RUN cat sub/file >made; cat /proc/sys/kernel/random/uuid >id
        RUN true
        CMD ["true"]
        """;

    private BuildRig _rig = null!;

    public async ValueTask InitializeAsync()
    {
        _rig = await BuildRig.StartAsync();
        _rig.Write("file", "1");
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Steps_that_an_image_has_gone_through_do_not_run_again()
    {
        Built first = await FirstAsync();
        Built again = await _rig.BuildAsync(Dockerfile, From("app:1"));
        Assert.Empty(again.Ran);
        Assert.Equal(first.Image.Id, again.Image.Id);

        // And now they are in the cache.
        Assert.Empty((await _rig.BuildAsync(Dockerfile)).Ran);
        _rig.AssertNothingLeft();
    }

    [Fact]
    public async Task Without_its_name_an_image_is_not_asked()
    {
        await FirstAsync();
        Assert.NotEmpty((await _rig.BuildAsync(Dockerfile)).Ran);
    }

    [Theory]
    [InlineData("ENV A=b", "ENV A=c", "WORKDIR /work")]
    [InlineData("WORKDIR /work", "WORKDIR /other", "WORKDIR /other")]
    [InlineData("RUN true", "RUN echo x >/x", "RUN echo x >/x")]
    public async Task An_instruction_that_is_another_and_all_that_follow_it_run(string before, string after, string first)
    {
        await FirstAsync();
        Built changed = await _rig.BuildAsync(Dockerfile.Replace(before, after, StringComparison.Ordinal), From("app:1"));
        Assert.Equal(first, changed.Ran[0]);
    }

    [Fact]
    public async Task A_file_that_is_another_is_copied_though_the_history_reads_alike()
    {
        Built first = await FirstAsync();
        _rig.Write("file", "2");
        Built changed = await _rig.BuildAsync(Dockerfile, From("app:1"));
        Assert.Equal(["COPY file sub/", "RUN cat sub/file >made; cat /proc/sys/kernel/random/uuid >id", "RUN true"], changed.Ran[..3]);
        Assert.Equal("2", _rig.Read(changed.Image, "work/made"));
        Assert.Equal(first.Image.Layers[1], changed.Image.Layers[1]);
        _rig.AssertNothingLeft();
    }

    [Fact]
    public async Task A_program_that_reads_mounted_files_is_not_recognized_by_history()
    {
        const string Mounted = "FROM busybox\nRUN --mount=type=bind,target=/src cat /src/file >/made";
        await FirstAsync(Mounted);
        _rig.Write("file", "2");
        Built changed = await _rig.BuildAsync(Mounted, From("app:1"));
        Assert.Single(changed.Ran);
        Assert.Equal("2", _rig.Read(changed.Image, "made"));
    }

    [Fact]
    public async Task A_source_that_is_nowhere_is_a_warning()
    {
        Built built = await _rig.BuildAsync("FROM busybox\nRUN true", From("127.0.0.1:1/nowhere:1", "NO NAME"));
        Assert.Contains(built.Events.OfType<BuildWarned>(), warned => warned.Message.StartsWith("cache source 127.0.0.1:1/nowhere:1 is not available: ", StringComparison.Ordinal));
        Assert.Contains(built.Events.OfType<BuildWarned>(), warned => warned.Message.StartsWith("cache source NO NAME is not available: ", StringComparison.Ordinal));
    }

    private static Func<BuildRequest, BuildRequest> From(params string[] names) => request => request with { CacheFrom = names };

    /// <summary>An image that is here as if it had been pulled: the cache knows nothing of it.</summary>
    private async Task<Built> FirstAsync(string dockerfile = Dockerfile)
    {
        Built built = await _rig.BuildAsync(dockerfile, request => request with { Tags = [ImageReference.Parse("app:1")] });
        await _rig.Builds.PruneAsync(new BuildPruneRequest { All = true }, Xunit.TestContext.Current.CancellationToken);
        Assert.Empty(_rig.Builds.Usage());
        return built;
    }
}
