namespace Wharf.Cli.Copy;

/// <summary>What is known of source or destination of a copy before it begins.</summary>
/// <param name="Path">With the end that says what is meant (<see cref="CopyPath"/>).</param>
/// <param name="Name">What a source is to be called, if it is archived under another name: a link was followed.</param>
internal sealed record CopyEnd(string Path, bool Exists, bool IsDirectory, string? Name = null);
