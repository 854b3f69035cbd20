namespace Wharf.Engine.Builds.Dockerfile;

/// <summary>One <c>name=value</c> of ENV and LABEL.</summary>
internal sealed record Assignment(Word Name, Word Value);

internal sealed record EnvInstruction(InstructionOrigin Origin, IReadOnlyList<Assignment> Variables) : Instruction(Origin)
{
    internal override EnvInstruction Expand(WordExpander expander) => this with { Variables = expander.Expand(Variables) };
}

internal sealed record LabelInstruction(InstructionOrigin Origin, IReadOnlyList<Assignment> Labels) : Instruction(Origin)
{
    internal override LabelInstruction Expand(WordExpander expander) => this with { Labels = expander.Expand(Labels) };
}

/// <summary>One argument of ARG.</summary>
/// <param name="Default">Null when it has none, which is not the empty value.</param>
internal sealed record ArgDefinition(string Name, Word? Default);

/// <summary>Defaults are expanded by <see cref="StageScope"/>, which alone knows whether they are needed.</summary>
internal sealed record ArgInstruction(InstructionOrigin Origin, IReadOnlyList<ArgDefinition> Arguments) : Instruction(Origin);

internal sealed record WorkdirInstruction(InstructionOrigin Origin, Word Path) : Instruction(Origin)
{
    internal override WorkdirInstruction Expand(WordExpander expander) => this with { Path = expander.Expand(Path) };
}

internal sealed record UserInstruction(InstructionOrigin Origin, Word User) : Instruction(Origin)
{
    internal override UserInstruction Expand(WordExpander expander) => this with { User = expander.Expand(User) };
}

/// <summary>Each word can expand to several ports, or ranges of them.</summary>
internal sealed record ExposeInstruction(InstructionOrigin Origin, IReadOnlyList<Word> Ports) : Instruction(Origin)
{
    internal override ExposeInstruction Expand(WordExpander expander) => this with { Ports = [.. Ports.SelectMany(expander.ExpandToWords)] };
}

internal sealed record VolumeInstruction(InstructionOrigin Origin, IReadOnlyList<Word> Paths) : Instruction(Origin)
{
    internal override VolumeInstruction Expand(WordExpander expander) => this with { Paths = [.. Paths.Select(expander.Expand)] };
}

internal sealed record StopsignalInstruction(InstructionOrigin Origin, Word Signal) : Instruction(Origin)
{
    internal override StopsignalInstruction Expand(WordExpander expander) => this with { Signal = expander.Expand(Signal) };
}

/// <summary>An instruction for those who build on the image.</summary>
/// <param name="Trigger">As the image's config keeps it, heredocs included.</param>
internal sealed record OnbuildInstruction(InstructionOrigin Origin, string Trigger) : Instruction(Origin);

internal sealed record MaintainerInstruction(InstructionOrigin Origin, string Name) : Instruction(Origin);
