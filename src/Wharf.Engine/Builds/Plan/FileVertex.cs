namespace Wharf.Engine.Builds.Plan;

/// <summary>Files put into a root file system without running anything in it.</summary>
internal sealed class FileVertex : RootVertex
{
    internal required RootVertex Base { get; init; }

    internal required IReadOnlyList<FileAction> Actions { get; init; }

    internal override IEnumerable<Vertex> Inputs => [Base, .. Actions.OfType<CopyAction>().Select(copy => copy.From)];
}

internal abstract record FileAction;

/// <summary>A directory, with those above it; one that is there is left as it is.</summary>
internal sealed record MakeDirectoryAction(string Path) : FileAction;

internal sealed record CopyAction : FileAction
{
    /// <summary>COPY or ADD, for messages.</summary>
    internal required string Instruction { get; init; }

    internal required Vertex From { get; init; }

    /// <summary>Paths or patterns below the root of <see cref="From"/>.</summary>
    internal required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Absolute; with a slash at its end it is a directory.</summary>
    internal required string Destination { get; init; }

    /// <summary><c>USER[:GROUP]</c>, looked up in the target's root; null keeps the source's.</summary>
    internal string? Owner { get; init; }

    /// <summary>What <see cref="ChangeMode"/> stands for.</summary>
    internal string? Mode { get; init; }

    /// <summary>Gives the mode that a file gets for the one that it has, and whether it is a directory; null leaves it.</summary>
    internal Func<uint, bool, uint>? ChangeMode { get; init; }

    /// <summary>Keep the directories above the sources (<c>--parents</c>).</summary>
    internal bool KeepsParents { get; init; }

    /// <summary>Patterns that <see cref="IsExcluded"/> stands for.</summary>
    internal IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>Whether a path below a source is left out.</summary>
    internal Func<string, bool>? IsExcluded { get; init; }

    /// <summary>Unpack files that are archives.</summary>
    internal bool Unpacks { get; init; }

    /// <summary>There is more than one source in the instruction, so the destination must be a directory.</summary>
    internal bool NeedsDirectory { get; init; }
}
