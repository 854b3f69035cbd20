using System.Text;
using Wharf.Engine.Builds.Dockerfile;
using Xunit;

namespace Wharf.UnitTests.Engine.Builds.Dockerfile;

public sealed class DockerfileParserTests
{
    [Fact]
    public void Stages_and_global_arguments_are_told_apart()
    {
        DockerfileDocument document = DockerfileParser.Parse(
            """
            # syntax=docker/dockerfile:1
            # check=skip=all
            ARG BASE=debian
            FROM ${BASE}:12 AS Build
            ARG X
            RUN make
            FROM --platform=$BUILDPLATFORM scratch
            COPY --from=build /out /
            """);
        Assert.Equal(("docker/dockerfile:1", "skip=all", '\\'), (document.Syntax, document.Check, document.Escape));
        Assert.Equal("BASE", Assert.Single(Assert.Single(document.GlobalArguments).Arguments).Name);
        Assert.Equal(2, document.Stages.Count);
        Assert.Equal(("build", "${BASE}:12", null), (document.Stages[0].Name, document.Stages[0].From.Image.Text, document.Stages[0].From.Platform?.Text));
        Assert.Equal(["ArgInstruction", "RunInstruction"], document.Stages[0].Instructions.Select(instruction => instruction.GetType().Name));
        Assert.Equal((null, "scratch", "$BUILDPLATFORM"), (document.Stages[1].Name, document.Stages[1].From.Image.Text, document.Stages[1].From.Platform?.Text));
        Assert.Equal("stage-1", document.Stages[1].DisplayName);
        Assert.Equal("build", Assert.IsType<CopyInstruction>(Assert.Single(document.Stages[1].Instructions)).From);
    }

    [Theory]
    [InlineData("RUN a \\\n b", "RUN a  b")]
    [InlineData("RUN a \\\n  # a comment\n b", "RUN a  b")]
    [InlineData("RUN a \\\n#c\n#d\n\\\n b", "RUN a  b")]
    [InlineData("RUN a \\   \n b", "RUN a  b")]
    [InlineData("RUN a \\\t\n b", "RUN a  b")]
    [InlineData("RUN a\\\nb", "RUN ab")]
    [InlineData("RUN a \\\r\n b\r", "RUN a  b")]
    [InlineData("RUN a \\\\\n", "RUN a \\\\")]
    [InlineData("RUN a \\", "RUN a")]
    [InlineData("RUN \\\n\\\na", "RUN a")]
    [InlineData("\\\nRUN a", "RUN a")]
    [InlineData("   RUN a   ", "RUN a")]
    [InlineData("\tRUN\ta", "RUN\ta")]
    [InlineData("RUN a # no comment", "RUN a # no comment")]
    [InlineData("RUN a \\\n\n b", "RUN a  b")]
    [InlineData("R\\\nUN a", "RUN a")]
    public void Lines_are_joined(string text, string joined) => Assert.Equal(joined, First(text).Origin.Text);

    [Theory]
    [InlineData("# escape=`\nFROM x\nRUN a `\n b", "RUN a  b")]
    [InlineData("# escape=`\nFROM x\nRUN dir C:\\\nRUN b", "RUN dir C:\\")]
    [InlineData("#escape = `\nFROM x\nRUN a `\n b", "RUN a  b")]
    [InlineData("# ESCAPE=`\nFROM x\nRUN a `\n b", "RUN a  b")]
    [InlineData("# syntax=a\n# escape=`\nFROM x\nRUN a `\n b", "RUN a  b")]
    [InlineData("\uFEFF# escape=`\nFROM x\nRUN a `\n b", "RUN a  b")]
    [InlineData("\n# escape=`\nFROM x\nRUN a `\nRUN b", "RUN a `")]
    [InlineData("# comment\n# escape=`\nFROM x\nRUN a `\nRUN b", "RUN a `")]
    [InlineData("# unknown=1\n# escape=`\nFROM x\nRUN a `\nRUN b", "RUN a `")]
    [InlineData("FROM x\n# escape=`\nRUN a `\nRUN b", "RUN a `")]
    public void Directives_count_at_the_very_top_only(string text, string joined) =>
        Assert.Equal(joined, DockerfileParser.Parse(text).Stages[0].Instructions[0].Origin.Text);

    [Theory]
    [InlineData("# escape=x\nFROM a", "invalid escape token 'x' does not match ` or \\", 1)]
    [InlineData("# escape=`\n# escape=`\nFROM a", "only one escape parser directive can be used", 2)]
    [InlineData("# syntax=a\n# Syntax=b\nFROM a", "only one syntax parser directive can be used", 2)]
    [InlineData("", "the Dockerfile cannot be empty", 1)]
    [InlineData("\n\n", "file with no instructions", 2)]
    [InlineData("# only a comment", "file with no instructions", 1)]
    [InlineData("ARG A=1", "dockerfile contains no stages to build", 1)]
    [InlineData("RUN a", "no build stage in current context", 1)]
    [InlineData("ARG A\nENV a=b\nFROM x", "no build stage in current context", 2)]
    [InlineData("FROM x\nRUN <<EOF\nabc\n", "unterminated heredoc: no line is \"EOF\"", 2)]
    public void A_file_that_is_none_says_why(string text, string problem, int line)
    {
        DockerfileException failure = Assert.Throws<DockerfileException>(() => DockerfileParser.Parse(text));
        Assert.Equal((problem, line), (failure.Problem, failure.Line));
    }

    [Fact]
    public void The_message_shows_the_place()
    {
        DockerfileException failure = Assert.Throws<DockerfileException>(() => DockerfileParser.Parse(
            "FROM debian\n\nRUN true\nRUN a && \\\n    b --x\nCOPY --chwon=1 a b\nCMD x\n", "sub/Dockerfile"));
        Assert.Equal(
            """
            dockerfile parse error on line 6: unknown flag: --chwon (did you mean chown?)
            sub/Dockerfile:6:6
            --------------------
               4 |     RUN a && \
               5 |         b --x
               6 | >>> COPY --chwon=1 a b
                 |          ^
               7 |     CMD x
            --------------------
            """,
            failure.Message);
        Assert.Equal(("sub/Dockerfile", 6, 6), (failure.File, failure.Line, failure.Column));
    }

    [Fact]
    public void Places_are_of_the_file_also_in_joined_lines()
    {
        Instruction instruction = First("ENV \\\n  # about a\n  a=1 \\\n\n  b=2");
        EnvInstruction env = Assert.IsType<EnvInstruction>(instruction);
        Assert.Equal(["4:3", "6:3"], env.Variables.Select(variable => variable.Name.Source.Start.ToString()));
        Assert.Equal(("2:1", "6:6"), (env.Source.Start.ToString(), env.Source.End.ToString()));
    }

    [Fact]
    public void Comments_above_belong_to_the_instruction()
    {
        Instruction instruction = First("# not this\n#\n# one\n# two\nRUN a");
        Assert.Equal(["one", "two"], instruction.Origin.Comments);
    }

    [Theory]
    [InlineData("FROM x AS scratch", "ReservedStageName")]
    [InlineData("FROM x AS context", "ReservedStageName")]
    [InlineData("FROM x AS a\nFROM y AS A", "StageNameCasing,DuplicateStageName")]
    [InlineData("FROM x as a", "FromAsCasing")]
    [InlineData("from x AS a", "FromAsCasing")]
    [InlineData("from x as a", "")]
    [InlineData("FROM x\nMAINTAINER me", "MaintainerDeprecated")]
    [InlineData("FROM x\nENV a b", "LegacyKeyValueFormat")]
    [InlineData("FROM x\nLABEL a b", "LegacyKeyValueFormat")]
    [InlineData("FROM x\nRUN a \\\n\n b", "NoEmptyContinuation")]
    [InlineData("FROM x\nENV a=b", "")]
    public void Doubtful_things_are_warned_about(string text, string rules) =>
        Assert.Equal(rules, string.Join(',', DockerfileParser.Parse(text).Warnings.Select(warning => warning.Rule)));

    [Theory]
    [InlineData("RUN <<EOF\na\nb\nEOF", "EOF", "a\nb\n", true)]
    [InlineData("RUN <<\"EOF\"\na\nEOF", "EOF", "a\n", false)]
    [InlineData("RUN <<'EOF'\na\nEOF", "EOF", "a\n", false)]
    [InlineData("RUN <<E\"O\"F\na\nEOF", "EOF", "a\n", false)]
    [InlineData("RUN <<-EOF\n\ta\n\tEOF", "EOF", "a\n", true)]
    [InlineData("RUN <<-EOF\n\t\ta\n\t b\nEOF", "EOF", "a\n b\n", true)]
    [InlineData("RUN <<EOF\n\tEOF\nEOF", "EOF", "\tEOF\n", true)]
    [InlineData("RUN << EOF\na\nEOF", "EOF", "a\n", true)]
    [InlineData("RUN 3<<EOF cat\na\nEOF", "EOF", "a\n", true)]
    [InlineData("RUN cat <<EOF >/f\na\nEOF", "EOF", "a\n", true)]
    [InlineData("RUN --network=none <<EOF\na\nEOF", "EOF", "a\n", true)]
    [InlineData("RUN <<EOF\n\nEOF", "EOF", "\n", true)]
    [InlineData("RUN <<EOF\nEOF", "EOF", "", true)]
    [InlineData("RUN <<EOF\r\na\r\nEOF\r\n", "EOF", "a\r\n", true)]
    [InlineData("RUN <<EOF\n# no comment\na \\\nEOF", "EOF", "# no comment\na \\\n", true)]
    [InlineData("COPY <<file /x\na\nfile", "file", "a\n", true)]
    [InlineData("ADD <<'f.txt' /x\n$A\nf.txt", "f.txt", "$A\n", false)]
    public void Heredocs_are_read(string text, string name, string content, bool isExpanded)
    {
        Heredoc heredoc = Assert.Single(HeredocsOf(First(text)));
        Assert.Equal((name, content, isExpanded), (heredoc.Name, heredoc.Text, heredoc.IsExpanded));
    }

    [Theory]
    [InlineData("RUN echo $((1<<3))")]
    [InlineData("RUN cat <<< here")]
    [InlineData("RUN [\"echo\", \"<<EOF\"]")]
    [InlineData("CMD cat <<EOF")]
    [InlineData("RUN echo \"a <<EOF b\"")]
    [InlineData("RUN a <<")]
    [InlineData("RUN it's <<EOF")]
    public void What_only_looks_like_a_heredoc_is_none(string text) => Assert.Empty(HeredocsOf(First(text)));

    [Fact]
    public void Several_heredocs_follow_in_order()
    {
        DockerfileDocument document = DockerfileParser.Parse("FROM x\nCOPY <<a <<\"b\" c /d/\n1\na\n2\nb\nRUN next");
        var copy = Assert.IsType<CopyInstruction>(document.Stages[0].Instructions[0]);
        Assert.Equal([("a", "1\n"), ("b", "2\n")], copy.Transfer.Heredocs.Select(heredoc => (heredoc.Name, heredoc.Text)));
        Assert.Equal(("c", "/d/"), (Assert.Single(copy.Transfer.Sources).Text, copy.Transfer.Destination.Text));
        Assert.IsType<RunInstruction>(document.Stages[0].Instructions[1]);
    }

    [Theory]
    [InlineData("RUN a b", new[] { "sh", "-c", "a b" })]
    [InlineData("RUN [\"a\", \"b c\"]", new[] { "a", "b c" })]
    [InlineData("RUN [ \"a\" ]", new[] { "a" })]
    [InlineData("RUN ['a', 'b']", new[] { "sh", "-c", "['a', 'b']" })]
    [InlineData("RUN [\"a\",]", new[] { "sh", "-c", "[\"a\",]" })]
    [InlineData("RUN [\"a\"", new[] { "sh", "-c", "[\"a\"" })]
    [InlineData("RUN [\"a\"] b", new[] { "sh", "-c", "[\"a\"] b" })]
    [InlineData("RUN [ -f x ]", new[] { "sh", "-c", "[ -f x ]" })]
    [InlineData("RUN [\"\\ud800\"]", new[] { "sh", "-c", "[\"\\ud800\"]" })]
    [InlineData("RUN [\"caf\\u00e9\"]", new[] { "café" })]
    [InlineData("RUN <<EOF\na\nb\nEOF", new[] { "sh", "-c", "a\nb\n" })]
    [InlineData("RUN <<-EOF\n\ta\nEOF", new[] { "sh", "-c", "a\n" })]
    [InlineData("RUN cat <<EOF >f\na\nEOF", new[] { "sh", "-c", "cat <<EOF >f\na\nEOF" })]
    [InlineData("RUN <<A cat && <<B cat\n1\nA\n2\nB", new[] { "sh", "-c", "<<A cat && <<B cat\n1\nA\n2\nB" })]
    [InlineData("RUN <<EOF\n#!/bin/x\na\nEOF", new[] { "/dev/pipes/EOF" })]
    [InlineData("RUN \"a\" 'b' $C", new[] { "sh", "-c", "\"a\" 'b' $C" })]
    public void Commands_come_to_arguments(string text, string[] arguments) =>
        Assert.Equal(arguments, Assert.IsType<RunInstruction>(First(text)).Script(["sh", "-c"]).Arguments);

    [Fact]
    public void A_script_with_its_own_interpreter_is_a_file()
    {
        RunScript script = Assert.IsType<RunInstruction>(First("RUN <<EOF\n#!/usr/bin/env python3\nprint(1)\nEOF")).Script(["sh", "-c"]);
        Assert.Equal(new ScriptFile("/dev/pipes/EOF", "#!/usr/bin/env python3\nprint(1)\n"), script.File);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_replaced()
    {
        byte[] content = [.. Encoding.ASCII.GetBytes("FROM x\n# caf"), 0xE9, .. Encoding.ASCII.GetBytes("\nRUN a")];
        Assert.Single(DockerfileParser.Parse(content).Stages);
    }

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(60_000)]
    public void What_is_too_large_is_refused(int lines)
    {
        string text = "FROM x\n" + string.Concat(Enumerable.Repeat("#\n", lines));
        Assert.Contains("larger than", Assert.Throws<DockerfileException>(() => DockerfileParser.Parse(text)).Problem);
    }

    [Fact]
    public void Too_many_stages_are_refused() =>
        Assert.Contains("more than", Assert.Throws<DockerfileException>(() => DockerfileParser.Parse(string.Concat(Enumerable.Repeat("FROM x\n", 2000)))).Problem);

    [Fact]
    public void One_instruction_can_be_read_by_itself()
    {
        Assert.IsType<CmdInstruction>(DockerfileParser.ParseInstruction("CMD [\"sh\"]", "trigger"));
        Assert.Equal("trigger should be a single expression", Assert.Throws<DockerfileException>(() => DockerfileParser.ParseInstruction("CMD a\nCMD b", "trigger")).Problem);
    }

    private static Instruction First(string text) => DockerfileParser.Parse("FROM x\n" + text).Stages[0].Instructions[0];

    private static IReadOnlyList<Heredoc> HeredocsOf(Instruction instruction) => instruction switch
    {
        RunInstruction run => run.Heredocs,
        CopyInstruction copy => copy.Transfer.Heredocs,
        AddInstruction add => add.Transfer.Heredocs,
        _ => [],
    };
}
