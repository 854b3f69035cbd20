namespace Wharf.Engine.Builds.Dockerfile;

/// <summary>
/// Text of an instruction in which variables are expanded and quotes are taken away before it means anything, by a
/// <see cref="WordExpander"/>. Fields that Docker does not expand are strings.
/// </summary>
internal readonly record struct Word(string Text, SourceRange Source)
{
    public override string ToString() => Text;
}
