using Wharf.Oci;

namespace Wharf.Engine.Builds.Context;

/// <summary>
/// The files that a build may read: a snapshot in a directory of the engine's own that nobody changes any more, and an index of it. Whoever
/// fills it (a door: a tar, a session, a clone) has applied <c>.dockerignore</c> and checked every path.
/// </summary>
public interface IBuildContext
{
    /// <summary>Absolute path of the directory; the entry <c>a/b</c> is <c>Root/a/b</c>, on the file system of the data root if at all possible.</summary>
    string Root { get; }

    /// <summary>
    /// Files may be hard-linked into a layer instead of copied: they belong to root on disk, have the mode and time that the index says, and
    /// are never written again under any of their names.
    /// </summary>
    bool MayLink { get; }

    /// <summary>Every entry below the root, parents before their children, ordered by path as bytes (<see cref="StringComparer.Ordinal"/>).</summary>
    IReadOnlyList<ContextEntry> Entries { get; }
}

public enum ContextEntryType
{
    File,
    Directory,
    SymbolicLink,
}

/// <summary>One file of a context. All of them belong to root, as Docker has it.</summary>
public sealed record ContextEntry
{
    /// <summary>Relative, with forward slashes, without a leading or trailing one: <c>src/main.c</c>.</summary>
    public required string Path { get; init; }

    public required ContextEntryType Type { get; init; }

    /// <summary>The lower twelve bits.</summary>
    public required uint Mode { get; init; }

    /// <summary>Bytes of a regular file, else 0.</summary>
    public long Size { get; init; }

    /// <summary>Of a symbolic link, as it is written.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>Digest of a regular file's bytes.</summary>
    public Digest? Content { get; init; }

    /// <summary>Never part of a key.</summary>
    public DateTimeOffset Modified { get; init; }

    /// <summary>Extended attributes (<c>security.capability</c>, <c>user.*</c>), by name.</summary>
    public IReadOnlyDictionary<string, byte[]>? Attributes { get; init; }
}
