using Wharf.Engine.Builds;
using Xunit;

namespace Wharf.KernelTests.Builds;

/// <summary>The whole way, from FROM to an image: layers, config, history, cache.</summary>
public sealed class FirstBuildTests : IAsyncLifetime
{
    private BuildRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await BuildRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task An_image_is_made_of_its_steps()
    {
        _rig.Write("hello.txt", "hello\n");
        Built built = await _rig.BuildAsync("""
            FROM busybox
            RUN echo ran > /made
            COPY hello.txt /srv/
            CMD ["cat", "/srv/hello.txt"]
            """);
        Assert.Equal(3, built.Image.Layers.Count);
        Assert.Equal("ran\n", _rig.Read(built.Image, "made"));
        Assert.Equal("hello\n", _rig.Read(built.Image, "srv/hello.txt"));
        Assert.Equal(["cat", "/srv/hello.txt"], built.Image.Config.Config!.Cmd!);
        Assert.Contains("FROM_BASE=yes", built.Image.Config.Config.Env!);
        Assert.Equal(["made"], _rig.FilesOf(built.Image, 1));
        Assert.Equal(["srv", "srv/hello.txt"], _rig.FilesOf(built.Image, 2));
        Assert.Equal([null, null, null, true], built.Image.Config.History!.Select(entry => entry.EmptyLayer));
        Assert.Equal(["RUN echo ran > /made", "COPY hello.txt /srv/", "CMD [\"cat\", \"/srv/hello.txt\"]"], built.Ran);
        _rig.AssertNothingLeft();
    }

    [Fact]
    public async Task What_has_not_changed_is_not_built_again()
    {
        const string Dockerfile = """
            FROM busybox
            COPY a /a
            RUN cat /a > /b
            COPY c /c
            """;
        _rig.Write("a", "1");
        _rig.Write("c", "1");
        Built first = await _rig.BuildAsync(Dockerfile);
        File.SetLastWriteTimeUtc(_rig.Files + "/a", DateTime.UnixEpoch);
        Built same = await _rig.BuildAsync(Dockerfile);
        Assert.Equal(first.Image.Id, same.Image.Id);
        Assert.Empty(same.Ran);

        _rig.Write("c", "2");
        Built changed = await _rig.BuildAsync(Dockerfile, request => request with { Explain = true });
        Assert.Equal(["COPY c /c"], changed.Ran);
        Assert.Equal(["file c has changed"], changed.Reasons("COPY c"));
        Assert.Equal("2", _rig.Read(changed.Image, "c"));

        await _rig.RestartAsync();
        Assert.Empty((await _rig.BuildAsync(Dockerfile)).Ran);
    }

    [Fact]
    public async Task A_step_that_fails_says_how_and_leaves_nothing()
    {
        StepFailedException failure = Assert.IsType<StepFailedException>(await _rig.FailAsync("FROM busybox\nRUN echo almost; exit 7"));
        Assert.Equal("The command '/bin/sh -c echo almost; exit 7' returned a non-zero code: 7", failure.Message);
        Assert.Equal(7, failure.ExitCode);
        Assert.Equal(["almost"], failure.LastLines);
        _rig.AssertNothingLeft();
        Assert.Single(_rig.Engine.Images.List(new Dictionary<string, IReadOnlyList<string>>(), all: true));
    }
}
