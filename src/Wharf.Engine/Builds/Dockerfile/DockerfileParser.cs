using System.Text;
using Wharf.Engine.Builds.Dockerfile.Parsing;

namespace Wharf.Engine.Builds.Dockerfile;

/// <summary>
/// Text becomes a <see cref="DockerfileDocument"/>: <see cref="LineReader"/> joins lines, <see cref="RawInstruction"/> takes each apart, and
/// <see cref="InstructionParser"/> gives it its meaning.
/// </summary>
internal static class DockerfileParser
{
    private const int MaxStages = 1000;
    private const int MaxInstructions = 10_000;

    /// <param name="name">What messages call the file.</param>
    /// <exception cref="DockerfileException">It is no Dockerfile; nothing else is ever thrown.</exception>
    internal static DockerfileDocument Parse(ReadOnlySpan<byte> content, string name = "Dockerfile") => content.Length <= LineReader.MaxLength
        ? Parse(Encoding.UTF8.GetString(content), name)
        : throw TooLarge(name);

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte}, string)"/>
    internal static DockerfileDocument Parse(string text, string name = "Dockerfile")
    {
        if (text.Length > LineReader.MaxLength)
        {
            throw TooLarge(name);
        }

        List<DockerfileWarning> warnings = [];
        var lines = new LineReader(text, name, warnings);
        if (text.Length == 0)
        {
            throw lines.EndOfFile.Error("the Dockerfile cannot be empty");
        }

        List<ArgInstruction> globals = [];
        List<(FromInstruction From, List<Instruction> Instructions)> stages = [];
        int count = 0;
        while (Next(lines, warnings) is { } instruction)
        {
            switch (instruction)
            {
                case var _ when ++count > MaxInstructions || stages.Count > MaxStages:
                    throw instruction.Source.Error($"the Dockerfile has more than {MaxInstructions} instructions or {MaxStages} stages");
                case FromInstruction from:
                    stages.Add((from, []));
                    break;
                case ArgInstruction argument when stages.Count == 0:
                    globals.Add(argument);
                    break;
                case var other when stages.Count == 0:
                    throw other.Source.Error("no build stage in current context");
                default:
                    stages[^1].Instructions.Add(instruction);
                    break;
            }
        }

        if (stages.Count == 0)
        {
            throw lines.EndOfFile.Error(globals.Count == 0 ? "file with no instructions" : "dockerfile contains no stages to build");
        }

        warnings.AddRange(StageNameWarnings(stages.Select(stage => stage.From)));
        return new DockerfileDocument
        {
            Text = lines.Source,
            Escape = lines.Escape,
            Syntax = lines.Directive("syntax"),
            Check = lines.Directive("check"),
            GlobalArguments = globals,
            Stages = [.. stages.Select((stage, index) => new Stage(index, stage.From, stage.Instructions))],
            Warnings = warnings,
        };
    }

    /// <summary>One instruction by itself: a trigger of an image's ONBUILD, a <c>--change</c>.</summary>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="DockerfileException">It is none, or more than one.</exception>
    internal static Instruction ParseInstruction(string text, string name)
    {
        if (text.Length > LineReader.MaxLength)
        {
            throw TooLarge(name);
        }

        var lines = new LineReader(text, name, []);
        Instruction instruction = Next(lines, []) ?? throw lines.EndOfFile.Error("file with no instructions");
        return Next(lines, []) is { } second ? throw second.Source.Error($"{name} should be a single expression") : instruction;
    }

    private static Instruction? Next(LineReader lines, List<DockerfileWarning> warnings)
    {
        LogicalLine? line = lines.Read(out IReadOnlyList<string> comments);
        if (line is null)
        {
            return null;
        }

        var raw = new RawInstruction(line, lines.Escape, comments);
        Instruction instruction = InstructionParser.Parse(raw, HeredocReader.Read(raw, lines));
        warnings.AddRange(instruction switch
        {
            FromInstruction => FromParser.Warnings(raw),
            MaintainerInstruction => [new DockerfileWarning(
                "MaintainerDeprecated", "Maintainer instruction is deprecated in favor of using label", instruction.Source)],
            EnvInstruction or LabelInstruction when !raw.WordsOutsideQuotes()[0].Text.Contains('=') => [new DockerfileWarning(
                "LegacyKeyValueFormat",
                $"\"{raw.Name} key=value\" should be used instead of legacy \"{raw.Name} key value\" format",
                instruction.Source)],
            _ => [],
        });
        return instruction;
    }

    private static IEnumerable<DockerfileWarning> StageNameWarnings(IEnumerable<FromInstruction> stages)
    {
        HashSet<string> seen = [];
        foreach (FromInstruction stage in stages)
        {
            if (stage.Name is "scratch" or "context")
            {
                yield return new DockerfileWarning(
                    "ReservedStageName", $"Stage name should not use the same name as reserved stage {GoText.Quote(stage.Name)}", stage.Source);
            }

            if (stage.Name is not null && !seen.Add(stage.Name))
            {
                yield return new DockerfileWarning(
                    "DuplicateStageName", $"Duplicate stage name {GoText.Quote(stage.Name)}, stage names should be unique", stage.Source);
            }
        }
    }

    private static DockerfileException TooLarge(string name)
    {
        var nowhere = new SourcePosition(1, 1);
        return new SourceRange(new SourceText(name, []), nowhere, nowhere).Error($"the Dockerfile is larger than {LineReader.MaxLength >> 20} MiB");
    }
}
