namespace Wharf.Engine.Builds.Dockerfile;

/// <summary>Where an instruction comes from.</summary>
/// <param name="Keyword">As it is written: <c>RUN</c>, <c>run</c>.</param>
/// <param name="Text">The whole instruction with its lines joined, without comments and heredocs.</param>
/// <param name="Comments">Of the lines directly above, without their <c>#</c>.</param>
internal sealed record InstructionOrigin(string Keyword, string Text, SourceRange Source, IReadOnlyList<string> Comments);

/// <summary>One instruction of a Dockerfile, parsed but not expanded.</summary>
internal abstract record Instruction(InstructionOrigin Origin)
{
    public SourceRange Source => Origin.Source;

    /// <summary>
    /// The same instruction with every <see cref="Word"/> in it replaced by its value. Only a <see cref="RunInstruction"/>'s mounts and a
    /// <see cref="FromInstruction"/> are left: they are resolved by themselves.
    /// </summary>
    /// <exception cref="DockerfileException">A substitution is malformed, or demands a variable that is not set.</exception>
    internal virtual Instruction Expand(WordExpander expander) => this;

    public sealed override string ToString() => Origin.Text;
}

/// <summary><c>FROM [--platform=P] image [AS name]</c>. Words of it see the arguments before the first FROM only.</summary>
/// <param name="Image">An image, an earlier stage or <c>scratch</c>.</param>
/// <param name="Name">In lower case; null when the stage has none.</param>
internal sealed record FromInstruction(InstructionOrigin Origin, Word Image, Word? Platform, string? Name) : Instruction(Origin);
