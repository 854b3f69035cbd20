using Wharf.Engine;
using Wharf.Engine.Builds.Dockerfile;
using Wharf.Oci.ImageSpec;
using Xunit;

namespace Wharf.UnitTests.Engine.Builds.Dockerfile;

public sealed class StageGraphTests
{
    [Fact]
    public void A_stage_is_built_on_an_image_an_earlier_stage_or_nothing()
    {
        StageGraph graph = Create("ARG V=12\nFROM debian:$V AS a\nFROM a\nFROM scratch\nFROM A");
        Assert.Equal("debian:12", Assert.IsType<ImageSource>(graph.BaseOf(graph.Target("0"))).Name);
        Assert.Equal("docker.io/library/debian", ((ImageSource)graph.BaseOf(graph.Target("0"))).Reference.Name);
        Assert.Equal(0, Assert.IsType<StageOutput>(graph.BaseOf(graph.Target("1"))).Stage.Index);
        Assert.IsType<EmptyRoot>(graph.BaseOf(graph.Target("2")));
        Assert.Equal(0, Assert.IsType<StageOutput>(graph.BaseOf(graph.Target("3"))).Stage.Index);
    }

    [Fact]
    public void A_name_given_twice_is_the_one_before_for_FROM_and_the_last_for_COPY()
    {
        StageGraph graph = Create("FROM a AS x\nFROM x AS y\nFROM b AS x\nFROM scratch\nCOPY --from=x / /");
        Assert.Equal(0, Assert.IsType<StageOutput>(graph.BaseOf(graph.Target("y"))).Stage.Index);
        Assert.Equal(2, Assert.IsType<StageOutput>(graph.CopySource("x", graph.Target(null), default)).Stage.Index);
    }

    [Theory]
    [InlineData(null, "3")]
    [InlineData("", "3")]
    [InlineData("b", "0 1")]
    [InlineData("B", "0 1")]
    [InlineData("c", "0 2")]
    [InlineData("2", "0 2")]
    [InlineData("a", "0")]
    public void Only_what_a_target_needs_is_built(string? target, string needed)
    {
        StageGraph graph = Create("FROM x AS a\nFROM a AS b\nFROM y AS c\nRUN --mount=from=a,target=/a ls\nFROM z AS d\nCOPY --from=debian /a /b");
        Assert.Equal(needed, string.Join(' ', graph.Needed(graph.Target(target)).Select(stage => stage.Index)));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("a", 0)]
    [InlineData("A", 0)]
    public void Copies_name_stages_by_index_and_name(string from, int index)
    {
        StageGraph graph = Create("FROM x AS a\nFROM y");
        Assert.Equal(index, Assert.IsType<StageOutput>(graph.CopySource(from, graph.Target(null), default)).Stage.Index);
    }

    [Fact]
    public void A_copy_from_no_stage_is_from_an_image()
    {
        StageGraph graph = Create("FROM x AS builder\nFROM y");
        Assert.Equal(" (did you mean builder?)", Assert.IsType<ImageSource>(graph.CopySource("biulder", graph.Target(null), default)).Hint);
        Assert.IsType<EmptyRoot>(graph.CopySource("scratch", graph.Target(null), default));
    }

    [Theory]
    [InlineData("FROM x AS a\nCOPY --from=a / /", "circular dependency detected on stage: a")]
    [InlineData("FROM x\nCOPY --from=0 / /", "circular dependency detected on stage: stage-0")]
    [InlineData("FROM x AS a\nCOPY --from=b / /\nFROM y AS b\nCOPY --from=a / /", "circular dependency detected on stage: a")]
    [InlineData("FROM x AS a\nCOPY --from=b / /\nFROM a AS b", "circular dependency detected on stage: a")]
    [InlineData("FROM x AS a\nRUN --mount=from=a,target=/t ls", "circular dependency detected on stage: a")]
    [InlineData("FROM $NONE", "base name ($NONE) should not be blank")]
    [InlineData("FROM --platform=$NONE x", "empty platform value from expression $NONE")]
    [InlineData("FROM --platform=$TARGETPLATFROM x", "empty platform value from expression $TARGETPLATFROM (did you mean TARGETPLATFORM?)")]
    [InlineData("FROM --platform=a/b/c/d x", "failed to parse platform a/b/c/d: \"a/b/c/d\": an OS, architecture or os/arch[/variant] specifier is required: invalid argument")]
    [InlineData("FROM ${A?needed}", "failed to process \"${A?needed}\": A: needed")]
    public void What_cannot_be_is_refused(string text, string problem) =>
        Assert.Equal(problem, Assert.Throws<DockerfileException>(() => Create(text)).Problem);

    [Fact]
    public void A_stage_copies_from_stages_before_it()
    {
        StageGraph graph = Create("FROM x AS a\nFROM y AS b");
        Stage first = graph.Target("a");
        Assert.Equal(
            "cannot copy from stage \"b\", it needs to be defined before current stage \"a\"",
            Assert.Throws<DockerfileException>(() => graph.CopySource("b", first, first.From.Source)).Problem);
        Assert.Equal("invalid stage index 7", Assert.Throws<DockerfileException>(() => graph.CopySource("7", first, first.From.Source)).Problem);
        Assert.Equal(
            "cannot mount from stage \"b\" to \"/t\", stage needs to be defined before current command",
            Assert.Throws<DockerfileException>(() => graph.MountSource(new RunMount { Kind = RunMountKind.Bind, From = "b", Target = "/t" }, first, first.From.Source)).Problem);
    }

    [Theory]
    [InlineData("biuld", "target stage \"biuld\" could not be found (did you mean build?)")]
    [InlineData("9", "target stage \"9\" could not be found")]
    public void An_unknown_target_is_told(string target, string problem) =>
        Assert.Equal(problem, Assert.Throws<WharfException>(() => Create("FROM x AS build").Target(target)).Message);

    [Fact]
    public void A_name_that_is_no_image_is_told()
    {
        StageGraph graph = Create("FROM Debian");
        DockerfileException failure = Assert.Throws<DockerfileException>(() => ((ImageSource)graph.BaseOf(graph.Target(null))).Reference);
        Assert.StartsWith("failed to parse stage name \"Debian\": invalid reference format", failure.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_platform_can_come_from_an_argument()
    {
        StageGraph graph = Create("FROM --platform=$BUILDPLATFORM x\nFROM --platform=linux/arm64 y\nFROM z");
        Assert.Equal(["linux/amd64", "linux/arm64", null], ((string[])["0", "1", "2"]).Select(index => graph.PlatformOf(graph.Target(index))?.ToString()));
    }

    private static StageGraph Create(string text)
    {
        DockerfileDocument document = DockerfileParser.Parse(text);
        var arguments = BuildArguments.Create(document, new Dictionary<string, string>(), new Platform("linux", "amd64"), new Platform("linux", "arm64"), null);
        return StageGraph.Create(document, arguments);
    }
}
