namespace Wharf.Engine.Builds.Context;

/// <summary>One entry of a directory on the client's side.</summary>
/// <param name="Path">Relative, with forward slashes.</param>
/// <param name="Stamp">Of a file: another one whenever its content may be another; 0 when nothing can be said.</param>
public sealed record ListedEntry(
    string Path, ContextEntryType Type, uint Mode, long Size, DateTimeOffset Modified, ulong Stamp, string? LinkTarget);
