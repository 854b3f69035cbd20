namespace Wharf.Engine.Builds.Dockerfile;

/// <summary>The text that positions point into: a Dockerfile, or the trigger of an image's ONBUILD.</summary>
/// <param name="Name">What messages call it: the path as the user gave it.</param>
internal sealed record SourceText(string Name, IReadOnlyList<string> Lines);

/// <summary>A place in a <see cref="SourceText"/>; both count from 1.</summary>
internal readonly record struct SourcePosition(int Line, int Column) : IComparable<SourcePosition>
{
    public int CompareTo(SourcePosition other) => (Line, Column).CompareTo((other.Line, other.Column));

    public override string ToString() => $"{Line}:{Column}";
}

/// <summary>What an instruction or a word was read from. It may span lines.</summary>
/// <param name="End">The first position that no longer belongs to it.</param>
internal readonly record struct SourceRange(SourceText Text, SourcePosition Start, SourcePosition End)
{
    /// <summary>An error of this place.</summary>
    internal DockerfileException Error(string problem, Exception? cause = null) => new(problem, this, cause);

    public override string ToString() => $"{Text.Name}:{Start}";
}
