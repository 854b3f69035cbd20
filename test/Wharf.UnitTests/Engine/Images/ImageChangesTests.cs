using Wharf.Engine;
using Wharf.Engine.Images;
using Wharf.Oci.ImageSpec;
using Xunit;

namespace Wharf.UnitTests.Engine.Images;

public sealed class ImageChangesTests
{
    [Fact]
    public void Changes_are_instructions()
    {
        ExecutionConfig config = ImageChanges.Apply(
            new ExecutionConfig { Env = ["A=1"], OnBuild = ["RUN kept"], WorkingDir = "/srv" },
            [
                "CMD [\"sh\"]", "env A=2 B=\"$A x\"", "LABEL l=1", "EXPOSE 80", "VOLUME /v", "USER u", "WORKDIR sub", "STOPSIGNAL TERM", "ONBUILD RUN more",
                "HEALTHCHECK NONE", " ", "ENTRYPOINT run",
            ]);
        Assert.Equal(["A=2", "B=1 x"], config.Env!);
        Assert.Equal(["sh"], config.Cmd!);
        Assert.Equal(["/bin/sh", "-c", "run"], config.Entrypoint!);
        Assert.Equal(["RUN kept", "RUN more"], config.OnBuild!);
        Assert.Equal(("u", "/srv/sub", "TERM", "1"), (config.User, config.WorkingDir, config.StopSignal, config.Labels!["l"]));
        Assert.Equal(("80/tcp", "/v", "NONE"), (config.ExposedPorts!.Keys.Single(), config.Volumes!.Keys.Single(), config.Healthcheck!.Test!.Single()));
    }

    [Theory]
    [InlineData("RUN x", "run is not a valid change command")]
    [InlineData("FROM x", "from is not a valid change command")]
    [InlineData("COPY a b", "copy is not a valid change command")]
    [InlineData("NOPE x", "unknown instruction: NOPE")]
    [InlineData("CMD", "CMD requires at least one argument")]
    [InlineData("ENV x", "ENV must have two arguments")]
    public void Anything_else_is_refused(string change, string problem)
    {
        WharfException failure = Assert.ThrowsAny<WharfException>(() => ImageChanges.Apply(new ExecutionConfig(), [change]));
        Assert.Equal(ErrorKind.InvalidArgument, failure.Kind);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }
}
