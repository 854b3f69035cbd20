using Wharf.Engine.Builds;
using Wharf.Engine.Builds.Dockerfile;
using Wharf.Oci.ImageSpec;
using Xunit;

namespace Wharf.UnitTests.Engine.Builds.Dockerfile;

public sealed class StageScopeTests
{
    [Theory]
    [InlineData("FROM x\nENV R=$A", "", "")]
    [InlineData("FROM x\nARG A\nENV R=$A", "", "")]
    [InlineData("FROM x\nARG A\nENV R=$A", "A=given", "given")]
    [InlineData("FROM x\nARG A=default\nENV R=$A", "", "default")]
    [InlineData("FROM x\nARG A=default\nENV R=$A", "A=given", "given")]
    [InlineData("FROM x\nARG A=default\nENV R=$A", "A=", "")]
    [InlineData("ARG A=global\nFROM x\nENV R=$A", "", "")]
    [InlineData("ARG A=global\nFROM x\nARG A\nENV R=$A", "", "global")]
    [InlineData("ARG A=global\nFROM x\nARG A=inner\nENV R=$A", "", "inner")]
    [InlineData("ARG A=global\nFROM x\nARG A\nENV R=$A", "A=given", "given")]
    [InlineData("ARG A=1\nARG B=${A}2\nFROM x\nARG B\nENV R=$B", "", "12")]
    [InlineData("ARG A=1\nARG B=${A}2\nFROM x\nARG B\nENV R=$B", "A=9", "92")]
    [InlineData("FROM x\nARG A=1\nARG B=$A$A\nENV R=$B", "", "11")]
    [InlineData("FROM x\nENV R=$A\nARG A=1", "", "")]
    [InlineData("FROM x\nARG A=1\nENV A=2\nENV R=$A", "", "2")]
    [InlineData("FROM x\nARG A=1\nENV A=2\nENV R=$A", "A=3", "2")]
    [InlineData("FROM x\nENV A=1\nENV A=2 R=$A", "", "1")]
    [InlineData("FROM x\nENV R=$BASE", "", "image")]
    [InlineData("FROM x\nARG TARGETARCH\nENV R=$TARGETARCH", "", "arm64")]
    [InlineData("FROM x\nENV R=$TARGETARCH", "", "")]
    [InlineData("FROM x\nARG TARGETPLATFORM\nENV R=$TARGETPLATFORM", "", "linux/arm64")]
    [InlineData("FROM x\nARG BUILDOS BUILDARCH\nENV R=$BUILDOS-$BUILDARCH", "", "linux-amd64")]
    [InlineData("FROM x AS last\nARG TARGETSTAGE\nENV R=$TARGETSTAGE", "", "last")]
    [InlineData("FROM x\nARG HTTP_PROXY\nENV R=$HTTP_PROXY", "HTTP_PROXY=p", "p")]
    [InlineData("FROM x\nENV R=$HTTP_PROXY", "HTTP_PROXY=p", "")]
    [InlineData("FROM x\nARG A=${B:-fallback}\nENV R=$A", "", "fallback")]
    [InlineData("FROM x\nARG A=\"x y\"\nENV R=$A", "", "x y")]
    [InlineData("FROM x\nARG A=${NEVER?unset}\nENV R=$A", "A=given", "given")]
    public void Arguments_are_seen_where_they_should_be(string text, string given, string result)
    {
        DockerfileDocument document = DockerfileParser.Parse(text);
        BuildArguments arguments = Arguments(document, given);
        var image = new ImageConfig { Config = new ExecutionConfig { Env = ["BASE=image"] } };
        var builder = ImageConfigBuilder.Start(image, document.Escape, arguments);
        foreach (Instruction instruction in document.Stages[0].Instructions)
        {
            builder.Apply(instruction);
        }

        Assert.Equal(result, builder.Scope.Variables.GetValueOrDefault("R", ""));
    }

    [Fact]
    public void A_stage_has_the_arguments_of_the_one_it_is_built_on()
    {
        DockerfileDocument document = DockerfileParser.Parse("FROM x\nARG A=1");
        var parent = new StageScope('\\', Arguments(document, ""), []);
        parent.Declare((ArgInstruction)document.Stages[0].Instructions[0]);
        StageScope child = parent.Inherit();
        child.Set("A", "2");
        Assert.Equal(("1", "2"), (parent.Variables["A"], child.Variables["A"]));
        Assert.Equal([("A", "2")], child.Arguments);
    }

    [Fact]
    public void Proxies_are_there_without_being_asked_for()
    {
        DockerfileDocument document = DockerfileParser.Parse("FROM x");
        IReadOnlyDictionary<string, string> environment = Arguments(document, "http_proxy=a,NO_PROXY=b,OTHER=c").ProxyEnvironment;
        Assert.Equal("HTTP_PROXY=a NO_PROXY=b http_proxy=a no_proxy=b", string.Join(' ', environment.Select(pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void Arguments_that_nobody_asks_for_are_told()
    {
        DockerfileDocument document = DockerfileParser.Parse("ARG G\nFROM x\nARG S");
        Assert.Equal(["X"], Arguments(document, "G=1,S=2,X=3,http_proxy=4,TARGETARCH=5,SOURCE_DATE_EPOCH=6").NotConsumed(document));
    }

    private static BuildArguments Arguments(DockerfileDocument document, string given) => BuildArguments.Create(
        document,
        given.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]),
        new Platform("linux", "amd64"),
        new Platform("linux", "arm64"),
        null);
}
