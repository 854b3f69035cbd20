using Wharf.Engine.Builds.Dockerfile;
using Xunit;

namespace Wharf.UnitTests.Engine.Builds.Dockerfile;

public sealed class InstructionParserTests
{
    [Theory]
    [InlineData("RUNN a", "unknown instruction: RUNN (did you mean RUN?)")]
    [InlineData("runn a", "unknown instruction: runn (did you mean run?)")]
    [InlineData("CPOY a b", "unknown instruction: CPOY (did you mean COPY?)")]
    [InlineData("ENTRYPIONT a", "unknown instruction: ENTRYPIONT (did you mean ENTRYPOINT?)")]
    [InlineData("INCLUDE a", "unknown instruction: INCLUDE")]
    [InlineData("RUN", "RUN requires at least one argument")]
    [InlineData("RUN []", "RUN requires at least one argument")]
    [InlineData("RUN [1]", "when using JSON array syntax, arrays must be comprised of strings only")]
    [InlineData("RUN [\"a\", null]", "when using JSON array syntax, arrays must be comprised of strings only")]
    [InlineData("RUN --mont=type=cache a", "unknown flag: --mont (did you mean mount?)")]
    [InlineData("RUN --network a", "missing a value on flag: --network")]
    [InlineData("RUN --network=hots a", "invalid network mode \"hots\" (did you mean host?)")]
    [InlineData("RUN --network=bridge a", "invalid network mode \"bridge\"")]
    [InlineData("RUN --network=none --network=host a", "duplicate flag specified: --network")]
    [InlineData("RUN --security=unsafe a", "security \"unsafe\" is not valid")]
    [InlineData("RUN --mount a", "missing a value on flag: --mount")]
    [InlineData("RUN --mount=from=$A,target=/x a", "'from' doesn't support variable expansion, define alias stage instead")]
    [InlineData("RUN --mount=\\\"type=cache a", "failed to parse csv mounts: extraneous or missing \" in quoted-field")]
    [InlineData("RUN --device=a,b a", "invalid field 'b' must be a key=value pair")]
    [InlineData("RUN --device=required a", "device requires a name")]
    [InlineData("CMD", "CMD requires at least one argument")]
    [InlineData("CMD --flag x", "unknown flag: --flag")]
    [InlineData("ENTRYPOINT", "ENTRYPOINT requires at least one argument")]
    [InlineData("SHELL", "SHELL requires at least one argument")]
    [InlineData("SHELL []", "SHELL requires at least one argument")]
    [InlineData("SHELL bash -c", "SHELL requires the arguments to be in JSON form")]
    [InlineData("COPY", "COPY requires at least two arguments, but only one was provided. Destination could not be determined")]
    [InlineData("COPY a", "COPY requires at least two arguments, but only one was provided. Destination could not be determined")]
    [InlineData("COPY [\"a\"]", "COPY requires at least two arguments, but only one was provided. Destination could not be determined")]
    [InlineData("COPY --form=x a b", "unknown flag: --form (did you mean from?)")]
    [InlineData("COPY --from=$X a b", "variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround")]
    [InlineData("COPY --link=maybe a b", "expecting boolean value for flag --link, not: maybe")]
    [InlineData("COPY --link= a b", "missing a value on flag: --link")]
    [InlineData("COPY --chown a b", "missing a value on flag: --chown")]
    [InlineData("COPY --checksum=x a b", "unknown flag: --checksum")]
    [InlineData("COPY a <<EOF\nEOF", "COPY cannot accept a heredoc as a destination")]
    [InlineData("ADD a", "ADD requires at least two arguments, but only one was provided. Destination could not be determined")]
    [InlineData("ADD --from=x a b", "unknown flag: --from")]
    [InlineData("ADD --keep-git=true a b", "unknown flag: --keep-git")]
    [InlineData("WORKDIR", "WORKDIR requires exactly one argument")]
    [InlineData("USER", "USER requires exactly one argument")]
    [InlineData("STOPSIGNAL", "STOPSIGNAL requires exactly one argument")]
    [InlineData("MAINTAINER", "MAINTAINER requires exactly one argument")]
    [InlineData("EXPOSE", "EXPOSE requires at least one argument")]
    [InlineData("VOLUME", "VOLUME requires at least one argument")]
    [InlineData("VOLUME []", "VOLUME requires at least one argument")]
    [InlineData("VOLUME [\"\"]", "VOLUME specified can not be an empty string")]
    [InlineData("VOLUME [\" \"]", "VOLUME specified can not be an empty string")]
    [InlineData("ENV", "ENV requires at least one argument")]
    [InlineData("ENV a", "ENV must have two arguments")]
    [InlineData("ENV a=1 b", "Syntax error - can't find = in \"b\". Must be of the form: name=value")]
    [InlineData("ENV a=1 b c=2", "Syntax error - can't find = in \"b\". Must be of the form: name=value")]
    [InlineData("ENV =1", "ENV names can not be blank")]
    [InlineData("LABEL a", "LABEL must have two arguments")]
    [InlineData("LABEL =1", "LABEL names can not be blank")]
    [InlineData("ARG", "ARG requires at least one argument")]
    [InlineData("ARG =1", "ARG names can not be blank")]
    [InlineData("ONBUILD", "ONBUILD requires at least one argument")]
    [InlineData("ONBUILD FROM x", "FROM isn't allowed as an ONBUILD trigger")]
    [InlineData("ONBUILD maintainer x", "MAINTAINER isn't allowed as an ONBUILD trigger")]
    [InlineData("ONBUILD ONBUILD RUN x", "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed")]
    [InlineData("ONBUILD RUNN x", "unknown instruction: RUNN (did you mean RUN?)")]
    [InlineData("ONBUILD COPY a", "COPY requires at least two arguments, but only one was provided. Destination could not be determined")]
    [InlineData("HEALTHCHECK", "HEALTHCHECK requires at least one argument")]
    [InlineData("HEALTHCHECK NONE x", "HEALTHCHECK NONE takes no arguments")]
    [InlineData("HEALTHCHECK CMD", "Missing command after HEALTHCHECK CMD")]
    [InlineData("HEALTHCHECK CMD []", "Missing command after HEALTHCHECK CMD")]
    [InlineData("HEALTHCHECK EXEC x", "Unknown type \"EXEC\" in HEALTHCHECK (try CMD)")]
    [InlineData("HEALTHCHECK --interval=5 CMD x", "time: invalid duration \"5\"")]
    [InlineData("HEALTHCHECK --interval=x CMD x", "time: invalid duration \"x\"")]
    [InlineData("HEALTHCHECK --timeout=-5s CMD x", "Interval \"timeout\" cannot be less than 1ms")]
    [InlineData("HEALTHCHECK --timeout=1us CMD x", "Interval \"timeout\" cannot be less than 1ms")]
    [InlineData("HEALTHCHECK --retries=x CMD x", "strconv.ParseInt: parsing \"x\": invalid syntax")]
    [InlineData("HEALTHCHECK --retries=-1 CMD x", "--retries cannot be negative (-1)")]
    [InlineData("HEALTHCHECK --intervall=5s CMD x", "unknown flag: --intervall (did you mean interval?)")]
    [InlineData("FROM", "FROM requires either one or three arguments")]
    [InlineData("FROM a b", "FROM requires either one or three arguments")]
    [InlineData("FROM a IS b", "FROM requires either one or three arguments")]
    [InlineData("FROM a AS", "FROM requires either one or three arguments")]
    [InlineData("FROM a AS b c", "FROM requires either one or three arguments")]
    [InlineData("FROM a AS 1b", "invalid name for build stage: \"1b\", name can't start with a number or contain symbols")]
    [InlineData("FROM a AS b/c", "invalid name for build stage: \"b/c\", name can't start with a number or contain symbols")]
    [InlineData("FROM a AS $B", "invalid name for build stage: \"$B\", name can't start with a number or contain symbols")]
    [InlineData("FROM --plattform=x a", "unknown flag: --plattform (did you mean platform?)")]
    public void What_is_wrong_is_said_in_Dockers_words(string instruction, string problem)
    {
        DockerfileException failure = Assert.Throws<DockerfileException>(() => DockerfileParser.Parse("FROM x\n\n" + instruction));
        Assert.Equal("dockerfile parse error on line 3: " + problem, failure.Problem);
        Assert.Equal(3, failure.Line);
        Assert.Equal(Wharf.Engine.ErrorKind.InvalidArgument, failure.Kind);
    }

    [Theory]
    [InlineData("ENV a=1", "a=1")]
    [InlineData("ENV a=1 b=2", "a=1|b=2")]
    [InlineData("ENV a=\"1 2\" b='3 4'", "a=\"1 2\"|b='3 4'")]
    [InlineData("ENV a=1\\ 2", "a=1\\ 2")]
    [InlineData("ENV a=", "a=")]
    [InlineData("ENV a=b=c", "a=b=c")]
    [InlineData("ENV a 1 2", "a=1 2")]
    [InlineData("ENV a  'x'  y", "a='x'  y")]
    [InlineData("ENV a b=c", "a=b=c")]
    [InlineData("ENV \"a b\"=c", "\"a b\"=c")]
    [InlineData("ENV a=\"x\\\" y\"", "a=\"x\\\" y\"")]
    [InlineData("LABEL com.x/y=\"z\"", "com.x/y=\"z\"")]
    [InlineData("LABEL -- --x=1", "--x=1")]
    public void Assignments_are_read_raw(string instruction, string pairs)
    {
        IReadOnlyList<Assignment> assignments = Parse<Instruction>(instruction) switch
        {
            EnvInstruction env => env.Variables,
            LabelInstruction label => label.Labels,
            _ => [],
        };
        Assert.Equal(pairs, string.Join('|', assignments.Select(pair => $"{pair.Name}={pair.Value}")));
    }

    [Theory]
    [InlineData("ARG A", "A")]
    [InlineData("ARG A=", "A=")]
    [InlineData("ARG A=1 B C='x y'", "A=1|B|C='x y'")]
    public void Arguments_have_a_default_or_none(string instruction, string arguments) => Assert.Equal(
        arguments,
        string.Join('|', Parse<ArgInstruction>(instruction).Arguments.Select(argument => argument.Default is null ? argument.Name : $"{argument.Name}={argument.Default}")));

    [Fact]
    public void Copy_has_all_its_flags()
    {
        var copy = Parse<CopyInstruction>(
            "COPY --from=build --chown=a:b --chmod=u=rwX,go=rX --link --parents --exclude=*.md --exclude='x y' a \"b c\" /d/");
        Assert.Equal(("build", true), (copy.From, copy.Parents));
        FileTransfer transfer = copy.Transfer;
        Assert.Equal(("a:b", "u=rwX,go=rX", true), (transfer.Chown?.Text, transfer.Chmod?.Text, transfer.Link));
        Assert.Equal(["*.md", "x y"], transfer.Excludes);
        Assert.Equal(["a", "\"b", "c\"", "/d/"], [.. transfer.Sources.Select(source => source.Text), transfer.Destination.Text]);
    }

    [Fact]
    public void Copy_in_exec_form_takes_blanks()
    {
        FileTransfer transfer = Parse<CopyInstruction>("COPY --link=false [\"a b\", \"c\", \"/d e/\"]").Transfer;
        Assert.Equal(["a b", "c", "/d e/"], [.. transfer.Sources.Select(source => source.Text), transfer.Destination.Text]);
        Assert.False(transfer.Link);
    }

    [Fact]
    public void Add_has_all_its_flags()
    {
        var add = Parse<AddInstruction>("ADD --keep-git-dir --checksum=sha256:abc --unpack=false --exclude=x https://e.x/a.git#v1 /d");
        Assert.Equal((true, "sha256:abc", false), (add.KeepGitDir, add.Checksum?.Text, add.Unpack));
        Assert.Equal((null, null), (Parse<AddInstruction>("ADD a b").KeepGitDir, Parse<AddInstruction>("ADD a b").Unpack));
    }

    [Fact]
    public void Run_has_all_its_flags()
    {
        var run = Parse<RunInstruction>("RUN --network=host --security=insecure --mount=type=tmpfs,target=/t --device=vendor.com/gpu=0,required -- --x");
        Assert.Equal((RunNetwork.Host, true, "--x"), (run.Network, run.IsInsecure, run.Command.Arguments[0]));
        Assert.Equal(new RunDevice("vendor.com/gpu=0", true), Assert.Single(run.Devices));
        Assert.Single(run.Mounts);
    }

    [Theory]
    [InlineData("EXPOSE 80 443/tcp 22", "22 443/tcp 80")]
    [InlineData("EXPOSE $PORT", "$PORT")]
    public void Exposed_ports_are_sorted_as_text(string instruction, string ports) =>
        Assert.Equal(ports, string.Join(' ', Parse<ExposeInstruction>(instruction).Ports));

    [Theory]
    [InlineData("VOLUME /a /b", "/a|/b")]
    [InlineData("VOLUME [\"/a b\", \"/c\"]", "/a b|/c")]
    public void Volumes_have_two_forms(string instruction, string paths) =>
        Assert.Equal(paths, string.Join('|', Parse<VolumeInstruction>(instruction).Paths));

    [Theory]
    [InlineData("HEALTHCHECK NONE", "NONE", null, null)]
    [InlineData("HEALTHCHECK CMD curl -f http://x || exit 1", "CMD-SHELL|curl -f http://x || exit 1", null, null)]
    [InlineData("HEALTHCHECK --interval=1m30s --retries=3 CMD [\"a\", \"b\"]", "CMD|a|b", 90_000_000_000, 3)]
    [InlineData("HEALTHCHECK --interval=0 --retries=0 cmd a", "CMD-SHELL|a", null, null)]
    [InlineData("HEALTHCHECK --interval=1.5s CMD a", "CMD-SHELL|a", 1_500_000_000, null)]
    [InlineData("HEALTHCHECK \\\n --interval=1ms \\\n CMD a", "CMD-SHELL|a", 1_000_000, null)]
    public void Health_checks_are_read(string instruction, string test, object? interval, int? retries)
    {
        Wharf.Oci.ImageSpec.HealthCheckConfig check = Parse<HealthcheckInstruction>(instruction).Check;
        Assert.Equal(test, string.Join('|', check.Test!));
        Assert.Equal(interval is null ? null : Convert.ToInt64(interval), check.Interval);
        Assert.Equal(retries, check.Retries);
    }

    [Theory]
    [InlineData("ONBUILD RUN a \\\n b", "RUN a  b")]
    [InlineData("onbuild  COPY a b", "COPY a b")]
    [InlineData("ONBUILD RUN <<EOF\na\nEOF", "RUN <<EOF\na\nEOF")]
    [InlineData("ONBUILD RUN --mount=type=cache,target=/c a", "RUN --mount=type=cache,target=/c a")]
    public void Triggers_are_kept_as_text_that_can_be_read_again(string instruction, string trigger)
    {
        Assert.Equal(trigger, Parse<OnbuildInstruction>(instruction).Trigger);
        DockerfileParser.ParseInstruction(trigger, "trigger");
    }

    [Theory]
    [InlineData("FROM a AS B-1_c.d", "b-1_c.d")]
    [InlineData("FROM a as b", "b")]
    [InlineData("FROM --platform=linux/arm64 a As b", "b")]
    [InlineData("FROM a", null)]
    public void Stage_names_are_lower_case(string instruction, string? name) =>
        Assert.Equal(name, DockerfileParser.Parse(instruction).Stages[0].Name);

    private static T Parse<T>(string instruction)
        where T : Instruction => Assert.IsAssignableFrom<T>(DockerfileParser.Parse("FROM x\n" + instruction).Stages[0].Instructions[0]);
}
