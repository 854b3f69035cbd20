using Wharf.Linux.Files;

namespace Wharf.Engine.Builds.Solve;

/// <summary>
/// Files and directories that the runtime made in a layer so that there is something to mount on. They are all that is in the layer before
/// the program starts; those that are still empty when it has ended are no work of its, and go.
/// </summary>
internal sealed class MountStubs
{
    private readonly string _layer;
    private readonly List<(string Path, bool IsDirectory)> _made = [];

    private MountStubs(string layer) => _layer = layer;

    /// <summary>To be called when the container has been made and its program has not been started.</summary>
    internal static MountStubs In(string layer)
    {
        var stubs = new MountStubs(layer);
        using var root = new RootedDirectory(layer);
        stubs.Look(root, "");
        return stubs;
    }

    /// <summary>To be called when nothing is mounted there any more.</summary>
    /// <param name="below">The root that the layer is on top of: directories that it has too are copies.</param>
    internal void Remove(string below)
    {
        using var layer = new RootedDirectory(_layer);
        using var root = new RootedDirectory(below);
        foreach ((string path, bool isDirectory) in Enumerable.Reverse(_made))
        {
            if (isDirectory ? IsEmptyDirectory(layer, path) && IsNoChange(layer, root, path) : layer.SizeOf(path) == 0)
            {
                layer.Remove(path, isDirectory);
            }
        }
    }

    private void Look(RootedDirectory root, string directory)
    {
        foreach (string name in root.Names(directory))
        {
            string path = directory.Length == 0 ? name : $"{directory}/{name}";
            bool isDirectory = root.TypeOf(path) == TreeEntryType.Directory;
            _made.Add((path, isDirectory));
            if (isDirectory)
            {
                Look(root, path);
            }
        }
    }

    private static bool IsEmptyDirectory(RootedDirectory layer, string path) =>
        layer.TypeOf(path) == TreeEntryType.Directory && layer.Names(path).Count == 0;

    /// <summary>It is new, or the same as below but for the time that making stubs in it left.</summary>
    private static bool IsNoChange(RootedDirectory layer, RootedDirectory root, string path) =>
        root.MetadataOf(path) is not { } before
        || (layer.MetadataOf(path) is { } now && (before.Permissions, before.Uid, before.Gid) == (now.Permissions, now.Uid, now.Gid)
            && before.Attributes.Count == now.Attributes.Count);
}
