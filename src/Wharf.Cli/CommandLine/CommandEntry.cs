namespace Wharf.Cli.CommandLine;

/// <summary>A command's place in the tree. The command itself, with its flags, is made only when it is the one that was asked for.</summary>
internal sealed record CommandEntry(string Name, string Summary, Func<Command> Make)
{
    /// <summary>Its name directly below <c>wharf</c>; null when it is reached through its group alone.</summary>
    internal string? Shortcut { get; init; }

    /// <summary>Other names it answers to within its group.</summary>
    internal IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Listed first in the help of the program.</summary>
    internal bool IsCommon { get; init; }
}

/// <summary>Commands about one noun: <c>wharf container …</c>.</summary>
internal sealed record CommandGroup(string Name, string Summary, IReadOnlyList<CommandEntry> Entries);

/// <summary>What the words on the command line led to.</summary>
/// <param name="Path">As it was called: <c>ps</c>, or <c>container ls</c>.</param>
internal sealed record FoundCommand(CommandEntry Entry, string Path, IReadOnlyList<string> AllPaths);
