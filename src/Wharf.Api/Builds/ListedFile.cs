namespace Wharf.Api.Builds;

public enum ListedType : byte
{
    File = 0,
    Directory = 1,
    SymbolicLink = 2,
}

/// <summary>One entry of a directory that is to be a build's context.</summary>
/// <param name="Path">Below the directory, with forward slashes.</param>
/// <param name="Mode">The lower twelve bits.</param>
/// <param name="ModifiedSeconds">Since 1970.</param>
/// <param name="Stamp">
/// Of a file, changes whenever its content may have changed; only the client knows what is in it. 0 when it cannot be relied on.
/// </param>
public sealed record ListedFile(
    string Path, ListedType Type, uint Mode, long Size, long ModifiedSeconds, uint ModifiedNanoseconds, ulong Stamp, string? LinkTarget);

/// <summary>A file on its way, as it was when it was read.</summary>
/// <param name="Index">Its number in the listing.</param>
public sealed record SentFile(
    int Index,
    uint Mode,
    long Size,
    long ModifiedSeconds,
    uint ModifiedNanoseconds,
    ulong Stamp,
    IReadOnlyDictionary<string, byte[]>? Attributes);
