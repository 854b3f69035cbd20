using Wharf.Linux.Fds;
using Wharf.Linux.Files;
using Wharf.Oci;

namespace Wharf.Engine.Images.Layers;

/// <summary>
/// The directories of layers: <c>layers/&lt;hex&gt;/diff</c>. One gets its name last and loses it first, so that whatever has one is whole;
/// the others (<c>new-…</c>, <c>old-…</c>) are what a crash left.
/// </summary>
internal sealed class LayerDirectories
{
    private const string New = "new-";
    private const string Old = "old-";
    private const string Diff = "diff";

    /// <summary>Programs with a setuid bit lie here: nobody but root may come in.</summary>
    private const UnixFileMode RootMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode DiffMode = RootMode | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
    private readonly string _root;

    internal LayerDirectories(string root)
    {
        _root = root;
        Directory.CreateDirectory(root, RootMode);
    }

    /// <summary>What overlayfs is given.</summary>
    internal string DiffPath(Digest diffId) => Path.Combine(_root, diffId.Hex, Diff);

    internal bool Exists(Digest diffId) => Directory.Exists(DiffPath(diffId));

    /// <summary>Makes an empty directory to unpack into.</summary>
    internal NewLayerDirectory Begin()
    {
        string path = Path.Combine(_root, New + Guid.NewGuid().ToString("N"));
        string diff = Path.Combine(path, Diff);
        Directory.CreateDirectory(path, RootMode);
        Directory.CreateDirectory(diff);
        // Whatever umask this process has.
        File.SetUnixFileMode(diff, DiffMode);
        return new NewLayerDirectory(path, diff);
    }

    /// <summary>Takes over a directory of the same file system, as one to unpack into.</summary>
    internal NewLayerDirectory Take(string directory)
    {
        string path = Path.Combine(_root, New + Guid.NewGuid().ToString("N"));
        string diff = Path.Combine(path, Diff);
        Directory.CreateDirectory(path, RootMode);
        Directory.Move(directory, diff);
        return new NewLayerDirectory(path, diff);
    }

    /// <summary>Gives a finished directory its name. Durable on return.</summary>
    internal void Adopt(NewLayerDirectory unpacked, Digest diffId)
    {
        Directory.Move(unpacked.Path, Path.Combine(_root, diffId.Hex));
        DirectorySync.Sync(_root);
    }

    /// <summary>Takes a layer's name away; its files are then erased in peace.</summary>
    internal string SetAside(Digest diffId)
    {
        string aside = Path.Combine(_root, Old + Guid.NewGuid().ToString("N"));
        Directory.Move(Path.Combine(_root, diffId.Hex), aside);
        return aside;
    }

    internal static void Erase(string path) => TreeRemoval.Remove(path);

    /// <summary>Directories that are no layer (any more, or yet).</summary>
    internal IEnumerable<string> Leftovers(IReadOnlyCollection<Digest> known)
    {
        HashSet<string> names = [.. known.Select(diffId => diffId.Hex)];
        return Directory.EnumerateDirectories(_root).Where(path => !names.Contains(Path.GetFileName(path)));
    }
}

/// <param name="Path">Of the whole.</param>
/// <param name="Diff">To unpack into.</param>
internal sealed record NewLayerDirectory(string Path, string Diff);
