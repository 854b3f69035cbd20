using Wharf.Engine.Builds;
using Wharf.Engine.Builds.Dockerfile;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;
using Xunit;

namespace Wharf.UnitTests.Engine.Builds;

public sealed class ImageConfigBuilderTests
{
    private static readonly ImageConfig Base = new()
    {
        Author = "base",
        Architecture = "amd64",
        Os = "linux",
        Config = new ExecutionConfig
        {
            Env = ["PATH=/bin", "A=base"],
            Cmd = ["base-cmd"],
            Entrypoint = ["base-entry"],
            WorkingDir = "/srv",
            User = "base",
            ExposedPorts = new Dictionary<string, EmptyObject> { ["80/tcp"] = new() },
            Labels = new Dictionary<string, string> { ["l"] = "base" },
            OnBuild = ["RUN trigger"],
        },
        History = [new HistoryEntry { CreatedBy = "base" }],
    };

    [Theory]
    [InlineData("ENV A=1 B=\"x y\"", "ENV A=1 B=x y", true)]
    [InlineData("ENV A $A$A", "ENV A=basebase", true)]
    [InlineData("LABEL a=$A \"b c\"=d", "LABEL a=base b c=d", true)]
    [InlineData("ARG X", "ARG X", true)]
    [InlineData("ARG X=1 Y", "ARG X=1 Y", true)]
    [InlineData("CMD a b", "CMD [\"/bin/sh\" \"-c\" \"a b\"]", true)]
    [InlineData("CMD [\"nginx\", \"-g\", \"daemon off;\"]", "CMD [\"nginx\" \"-g\" \"daemon off;\"]", true)]
    [InlineData("CMD []", "CMD []", true)]
    [InlineData("ENTRYPOINT [\"a\\\"b\"]", "ENTRYPOINT [\"a\\\"b\"]", true)]
    [InlineData("ENTRYPOINT run", "ENTRYPOINT [\"/bin/sh\" \"-c\" \"run\"]", true)]
    [InlineData("SHELL [\"/bin/bash\", \"-c\"]", "SHELL [/bin/bash -c]", true)]
    [InlineData("WORKDIR /a", "WORKDIR /a", false)]
    [InlineData("WORKDIR b/../c", "WORKDIR /srv/c", false)]
    [InlineData("WORKDIR $A", "WORKDIR /srv/base", false)]
    [InlineData("WORKDIR /", "WORKDIR /", true)]
    [InlineData("USER $A:users", "USER base:users", true)]
    [InlineData("EXPOSE 443 53/udp 80", "EXPOSE [443/tcp 53/udp 80/tcp]", true)]
    [InlineData("VOLUME /a \"/b\"", "VOLUME [/a /b]", true)]
    [InlineData("STOPSIGNAL SIGINT", "STOPSIGNAL SIGINT", true)]
    [InlineData(
        "HEALTHCHECK --interval=90s --timeout=1.5s --retries=2 CMD curl x",
        "HEALTHCHECK {Test:[CMD-SHELL curl x] Interval:1m30s Timeout:1.5s StartPeriod:0s StartInterval:0s Retries:2}",
        true)]
    [InlineData("MAINTAINER me <m@e>", "MAINTAINER me <m@e>", true)]
    [InlineData("RUN make all", "RUN /bin/sh -c make all # buildkit", false)]
    [InlineData("RUN [\"a\", \"b c\"]", "RUN a b c # buildkit", false)]
    [InlineData("COPY a b /c/", "COPY a b /c/ # buildkit", false)]
    [InlineData("COPY --chown=$A --chmod=644 --link a* ./", "COPY --chown=base --chmod=644 a* ./ # buildkit", false)]
    [InlineData("COPY --parents a b", "COPY --parents a b # buildkit", false)]
    [InlineData("COPY <<f /x\n1\nf", "COPY <<f /x # buildkit", false)]
    [InlineData("ADD https://x/y.tgz /z", "ADD https://x/y.tgz /z # buildkit", false)]
    public void History_reads_as_Dockers(string instruction, string createdBy, bool isEmpty)
    {
        ImageConfigBuilder builder = Start();
        AppliedInstruction applied = builder.Apply(DockerfileParser.ParseInstruction(instruction, "test"), "2024-01-02T03:04:05Z");
        HistoryEntry entry = builder.History[^1];
        Assert.Equal((createdBy, !isEmpty), (applied.CreatedBy, applied.MakesLayer));
        Assert.Equal((createdBy, isEmpty ? true : null), (entry.CreatedBy, entry.EmptyLayer));
        Assert.Equal(("2024-01-02T03:04:05Z", "buildkit.dockerfile.v0"), (entry.Created, entry.Comment));
    }

    [Fact]
    public void A_run_says_which_arguments_it_had()
    {
        ImageConfigBuilder builder = Build("ARG X=1\nARG Y\nENV X=2\nRUN a");
        Assert.Equal("RUN |2 X=2 Y= /bin/sh -c a # buildkit", builder.History[^1].CreatedBy);
    }

    [Fact]
    public void Onbuild_leaves_no_history_and_is_no_business_of_who_builds_on_it()
    {
        ImageConfigBuilder builder = Build("ONBUILD RUN x\nONBUILD COPY a b");
        Assert.Equal(["RUN trigger"], builder.Triggers);
        Assert.Equal(["RUN x", "COPY a b"], builder.Execution.OnBuild!);
        Assert.Single(builder.History);
        ImageConfigBuilder child = builder.Inherit();
        Assert.Equal(["RUN x", "COPY a b"], child.Triggers);
        Assert.Null(child.Execution.OnBuild);
    }

    [Theory]
    [InlineData("ENTRYPOINT [\"e\"]", "e", null)]
    [InlineData("CMD [\"c\"]\nENTRYPOINT [\"e\"]", "e", "c")]
    [InlineData("ENTRYPOINT [\"e\"]\nCMD [\"c\"]", "e", "c")]
    [InlineData("CMD [\"c\"]", "base-entry", "c")]
    [InlineData("ENTRYPOINT []", null, null)]
    public void An_entrypoint_takes_away_the_command_of_the_base(string instructions, string? entrypoint, string? command)
    {
        ExecutionConfig execution = Build(instructions).Execution;
        Assert.Equal((entrypoint, command), (Joined(execution.Entrypoint), Joined(execution.Cmd)));
    }

    [Fact]
    public void The_shell_is_used_from_where_it_is_set()
    {
        ImageConfigBuilder builder = Build("CMD a\nSHELL [\"bash\", \"-lc\"]\nENTRYPOINT b");
        Assert.Equal(("/bin/sh -c a", "bash -lc b"), (Joined(builder.Execution.Cmd), Joined(builder.Execution.Entrypoint)));
    }

    [Fact]
    public void What_is_set_is_added_or_replaced()
    {
        ExecutionConfig execution = Build("ENV A=2 B=3\nLABEL l=2 k=1\nEXPOSE 443\nVOLUME /v\nWORKDIR x\nWORKDIR y\nUSER u\nSTOPSIGNAL 9").Execution;
        Assert.Equal(["PATH=/bin", "A=2", "B=3"], execution.Env!);
        Assert.Equal("k=1 l=2", string.Join(' ', execution.Labels!.Select(pair => $"{pair.Key}={pair.Value}")));
        Assert.Equal(["443/tcp", "80/tcp"], execution.ExposedPorts!.Keys);
        Assert.Equal(["/v"], execution.Volumes!.Keys);
        Assert.Equal(("/srv/x/y", "u", "9"), (execution.WorkingDir, execution.User, execution.StopSignal));
    }

    [Theory]
    [InlineData("STOPSIGNAL SIGNOPE", "invalid signal: SIGNOPE")]
    [InlineData("EXPOSE abc", "invalid containerPort: abc")]
    [InlineData("VOLUME $NONE", "VOLUME specified can not be an empty string")]
    [InlineData("COPY http://x/y z", "source can't be a URL for COPY")]
    [InlineData("COPY git@github.com:x/y z", "source can't be a git ref for COPY")]
    [InlineData("COPY https://x/y.git#v1:d z", "source can't be a git ref for COPY")]
    [InlineData("COPY --chmod=999 a b", "invalid chmod parameter: '999'. it should be octal string and between 0 and 07777")]
    [InlineData("ADD --checksum=sha256:0 a b", "checksum requires HTTP(S) or Git sources")]
    [InlineData("ADD --checksum=sha256:0 http://a http://b c", "checksum can't be specified for multiple sources")]
    public void What_means_nothing_is_refused(string instruction, string problem) =>
        Assert.Equal(problem, Assert.Throws<DockerfileException>(() => Start().Apply(DockerfileParser.ParseInstruction(instruction, "test"))).Problem);

    [Fact]
    public void From_nothing_there_is_a_path()
    {
        var builder = ImageConfigBuilder.Start(null, '\\', BuildArguments.None);
        Assert.Equal(["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], builder.Execution.Env!);
        Assert.Equal("/", builder.WorkingDirectory);
    }

    [Fact]
    public void The_config_has_layers_history_and_author()
    {
        ImageConfigBuilder builder = Build("MAINTAINER me\nWORKDIR /x");
        builder.DropLayer();
        builder.AddLabels([KeyValuePair.Create("given", "1")]);
        Digest layer = Digest.Parse("sha256:" + new string('a', 64));
        ImageConfig config = builder.Build("2024-01-02T03:04:05Z", new Platform("linux", "arm64", "v8"), [layer]);
        Assert.Equal(("me", "arm64", "v8", "2024-01-02T03:04:05Z"), (config.Author, config.Architecture, config.Variant, config.Created));
        Assert.Equal([null, true, true], config.History!.Select(entry => entry.EmptyLayer));
        Assert.Equal([layer], config.Rootfs!.DiffIds);
        Assert.Equal(("1", "base"), (config.Config!.Labels!["given"], config.Config.Labels["l"]));
    }

    private static ImageConfigBuilder Start() => ImageConfigBuilder.Start(Base, '\\', BuildArguments.None);

    private static ImageConfigBuilder Build(string instructions)
    {
        ImageConfigBuilder builder = Start();
        foreach (Instruction instruction in DockerfileParser.Parse("FROM x\n" + instructions).Stages[0].Instructions)
        {
            builder.Apply(instruction);
        }

        return builder;
    }

    private static string? Joined(IReadOnlyList<string>? words) => words is null ? null : string.Join(' ', words);
}
