using Wharf.Linux.Files;

namespace Wharf.Engine.Builds.Files;

/// <summary>
/// Files that a build copies from or mounts: the client's, those of a stage or image, a download. Nobody changes them meanwhile. Paths are
/// relative, with forward slashes; the root is the empty path.
/// </summary>
internal abstract class FileTree
{
    /// <summary>Where it is on this machine, for mounting.</summary>
    internal abstract string Directory { get; }

    /// <summary>Digest of everything in it, when that is known without reading it.</summary>
    internal virtual string? Identity => null;

    /// <summary>Looks a path up, following links inside the tree.</summary>
    /// <returns>Null when there is nothing.</returns>
    internal abstract FoundFile? Find(string path);

    /// <summary>Names in a directory that was found, sorted by their characters.</summary>
    internal abstract IReadOnlyList<string> Names(string directory);

    /// <summary>Goes to what was found and then, if it is a directory, to everything below it, parents first.</summary>
    internal abstract void Visit(FoundFile found, Action<TreeItem> visit);
}

/// <param name="Path">Without links in it.</param>
internal sealed record FoundFile(string Path, TreeEntryType Type)
{
    internal bool IsDirectory => Type == TreeEntryType.Directory;
}
