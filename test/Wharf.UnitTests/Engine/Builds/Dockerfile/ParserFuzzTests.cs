using System.Text;
using Wharf.Engine;
using Wharf.Engine.Builds;
using Wharf.Oci.Ignore;
using Wharf.Engine.Builds.Dockerfile;
using Wharf.Oci.ImageSpec;
using Xunit;

namespace Wharf.UnitTests.Engine.Builds.Dockerfile;

/// <summary>Whatever the input, the answer is a document or a clear error. Inputs are random, but the same in every run.</summary>
public sealed class ParserFuzzTests
{
    private const string Seed =
        """
        # syntax=docker/dockerfile:1
        # escape=\
        ARG V=12 W="a b"
        FROM --platform=$BUILDPLATFORM debian:${V:-12} AS build
        # about X
        ARG X=${V%2}
        ENV A=1 B="x ${A:-$X} y" C='q'
        ENV legacy some value
        RUN --mount=type=cache,target=/c,sharing=locked --network=none apt-get \
            # a comment
            update && echo "$A" \

            done
        RUN <<EOF cat <<-"TWO"
        one $A
        EOF
        	two
        TWO
        COPY --from=0 --chown=1:2 --chmod=u=rwX --exclude=*.md a* "b" <<F /d/
        data ${A#*x}
        F
        ADD --checksum=sha256:00 https://example.org/x.tgz /y
        EXPOSE 80 53/udp 8000-8010
        HEALTHCHECK --interval=5s --retries=3 CMD ["curl", "-f", "http://localhost"]
        ONBUILD RUN <<E
        x
        E
        SHELL ["/bin/bash", "-c"]
        LABEL a.b="c d" e=f
        VOLUME ["/v"]
        WORKDIR sub/${A/1/2}
        USER ${NONE:+x}nobody
        STOPSIGNAL SIGTERM
        FROM build
        CMD exec x
        ENTRYPOINT ["a"]
        """;

    private static readonly string[] Bits =
    [
        "\\", "\n", "\r\n", "\"", "'", "$", "${", "}", "<<", "<<-", "<<EOF", "EOF\n", "--", "=", "[", "]", "{", ",", "#", " ", "\t", "\0", "\uFEFF",
        "\uD800", "漢", "𝒳", "FROM ", "RUN ", "ONBUILD ", "COPY ", "ENV ", "ARG ", "--mount=type=", "--from=", ":-", "##", "%%", "//", "*", "?", "`",
        "[\"a\",", "\\u", "80-90/udp", "\u0085", "\uFFFF",
    ];

    [Fact]
    public void A_mutated_file_is_read_or_refused()
    {
        var random = new Random(20240607);
        for (int i = 0; i < 1500; i++)
        {
            Try(Mutate(random, Seed));
        }
    }

    [Fact]
    public void Noise_is_read_or_refused()
    {
        var random = new Random(42);
        for (int i = 0; i < 1000; i++)
        {
            Try("FROM x\n" + string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => Bits[random.Next(Bits.Length)])));
            byte[] bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            TryBytes(bytes);
        }
    }

    [Fact]
    public void Ignore_files_of_noise_are_read_or_refused()
    {
        var random = new Random(7);
        string[] bits = ["*", "**", "/", "?", "[", "]", "^", "-", "!", "\\", "a", "b", ".", "..", "\n", "#", " ", "漢", "\uD800"];
        for (int i = 0; i < 1500; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => bits[random.Next(bits.Length)]));
            try
            {
                var file = IgnoreFile.Parse(text);
                file.IsIgnored("a/b/ab.a");
                file.CanSkip("a/b");
            }
            catch (WharfException problem) when (problem.Kind == ErrorKind.InvalidArgument)
            {
            }
        }
    }

    [Fact]
    public void The_text_of_an_instruction_parses_to_the_same_again()
    {
        DockerfileDocument document = DockerfileParser.Parse(Seed);
        foreach (Instruction instruction in document.Stages.SelectMany(stage => stage.Instructions))
        {
            string heredocs = string.Concat(HeredocsOf(instruction).Select(heredoc => $"\n{heredoc.Content}{heredoc.Name}"));
            string text = instruction is OnbuildInstruction onbuild ? "ONBUILD " + onbuild.Trigger : instruction.Origin.Text + heredocs;
            Instruction again = DockerfileParser.ParseInstruction(text, "again");
            Assert.Equal(instruction.GetType(), again.GetType());
            Assert.Equal(instruction.Origin.Text, again.Origin.Text);
        }
    }

    [Fact]
    public void A_quoted_value_expands_to_itself()
    {
        var random = new Random(1);
        const string Characters = "ab $\\\"{}`<#=é漢";
        for (int i = 0; i < 1000; i++)
        {
            string value = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Characters[random.Next(Characters.Length)]));
            Instruction instruction = DockerfileParser.ParseInstruction($"ENV a='{value}' z=1", "test");
            var env = (EnvInstruction)instruction.Expand(new WordExpander('\\', new Dictionary<string, string>()));
            Assert.Equal(value, env.Variables[0].Value.Text);
        }
    }

    private static IEnumerable<Heredoc> HeredocsOf(Instruction instruction) => instruction switch
    {
        RunInstruction run => run.Heredocs,
        CopyInstruction copy => copy.Transfer.Heredocs,
        _ => [],
    };

    private static string Mutate(Random random, string text)
    {
        var mutated = new StringBuilder(text);
        for (int i = random.Next(1, 6); i > 0 && mutated.Length > 0; i--)
        {
            int at = random.Next(mutated.Length);
            switch (random.Next(4))
            {
                case 0:
                    mutated.Insert(at, Bits[random.Next(Bits.Length)]);
                    break;
                case 1:
                    mutated.Remove(at, Math.Min(random.Next(1, 8), mutated.Length - at));
                    break;
                case 2:
                    mutated[at] = Bits[random.Next(Bits.Length)][0];
                    break;
                default:
                    mutated.Length = Math.Max(1, at);
                    break;
            }
        }

        return mutated.ToString();
    }

    private static void Try(string text)
    {
        try
        {
            Plan(DockerfileParser.Parse(text));
        }
        catch (DockerfileException problem)
        {
            Assert.NotEmpty(problem.Problem);
            Assert.True(problem.Line > 0 && problem.Column > 0);
        }
    }

    private static void TryBytes(byte[] content)
    {
        try
        {
            Plan(DockerfileParser.Parse(content));
        }
        catch (DockerfileException problem)
        {
            Assert.NotEmpty(problem.Problem);
        }
    }

    /// <summary>Everything that is done with a document before a step runs.</summary>
    private static void Plan(DockerfileDocument document)
    {
        var platform = new Platform("linux", "amd64");
        var arguments = BuildArguments.Create(document, new Dictionary<string, string> { ["X"] = "x y" }, platform, platform, null);
        var graph = StageGraph.Create(document, arguments);
        foreach (Stage stage in graph.Needed(graph.Target(null)))
        {
            var builder = ImageConfigBuilder.Start(null, document.Escape, arguments);
            foreach (Instruction instruction in stage.Instructions)
            {
                builder.Apply(instruction);
                foreach (MountExpression mount in instruction is RunInstruction run ? run.Mounts : [])
                {
                    mount.Resolve(builder.Scope.Expander);
                }
            }
        }
    }
}
