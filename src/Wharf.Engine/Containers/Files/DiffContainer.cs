using System.Text;
using Wharf.Engine.Images.Pack;
using Wharf.Linux.Files;
using Wharf.Linux.Mounts;

namespace Wharf.Engine.Containers.Files;

/// <summary>
/// <c>diff</c>: what a container has made of its image's files, read from its own layer: a file there is new or changed, a whiteout means that
/// one is gone (Documentation/filesystems/overlayfs.rst). A directory with changes in it counts as changed itself.
/// </summary>
internal sealed class DiffContainer(ContainerDependencies engine)
{
    /// <summary>In the order of their paths, directories before what is in them.</summary>
    /// <exception cref="WharfException">NotFound.</exception>
    internal IReadOnlyList<FileChange> Run(string idOrName)
    {
        ContainerSnapshot container = engine.Registry.Find(idOrName).Snapshot;
        using RootedDirectory image = OpenImage(engine.Images.Resolve(container.ImageId).LayerDirectories, container.Paths);
        return new Comparison(image, container.Paths.Upper).Run();
    }

    private static RootedDirectory OpenImage(IReadOnlyList<string> layers, ContainerPaths paths) => layers.Count switch
    {
        0 => new RootedDirectory(paths.Work),
        1 => new RootedDirectory(layers[0]),
        _ => RootedDirectory.Owning(OverlayMount.OpenReadOnly(layers, paths.Merged), paths.Merged),
    };

    private sealed class Comparison(RootedDirectory image, string upper)
    {
        private readonly SortedDictionary<string, ChangeKind> _changes = new(PathOrder.Instance);

        /// <summary>Directories that the image has too. What is in any other one is new, whatever the image has under its name.</summary>
        private readonly HashSet<string> _shared = [""];

        internal IReadOnlyList<FileChange> Run()
        {
            using var own = new RootedDirectory(upper);
            using var tree = new TreeReader(upper);
            while (tree.Next())
            {
                if (MountStub.Is(tree.Path, in tree.Entry))
                {
                    tree.SkipContents();
                    continue;
                }

                Add(tree, own);
            }

            return [.. _changes.Select(change => new FileChange("/" + change.Key, change.Value))];
        }

        private void Add(TreeReader tree, RootedDirectory own)
        {
            string path = Encoding.UTF8.GetString(tree.Path);
            ref readonly TreeEntry entry = ref tree.Entry;
            TreeEntry? before = _shared.Contains(ParentOf(path)) ? image.EntryOf(path) : null;
            IReadOnlyList<ExtendedAttribute> attributes = entry.Type == TreeEntryType.SymbolicLink ? [] : tree.ReadAttributes();
            if (OverlayMark.IsWhiteout(in entry) || OverlayMark.IsWhiteout(attributes))
            {
                if (before is not null)
                {
                    Note(path, ChangeKind.Deleted);
                }
            }
            else if (before is not { } old)
            {
                Note(path, ChangeKind.Added);
            }
            else
            {
                if (Differs(in old, in entry))
                {
                    Note(path, ChangeKind.Modified);
                }

                if (entry.Type == TreeEntryType.Directory && old.Type == TreeEntryType.Directory)
                {
                    Share(path, OverlayMark.IsOpaque(attributes), own);
                }
            }
        }

        /// <summary>Of a directory that hides what the image has in it, all that it does not have itself is gone.</summary>
        private void Share(string path, bool isOpaque, RootedDirectory own)
        {
            _shared.Add(path);
            if (!isOpaque)
            {
                return;
            }

            foreach (string name in image.Names(path).Except(own.Names(path), StringComparer.Ordinal))
            {
                Note($"{path}/{name}", ChangeKind.Deleted);
            }
        }

        private void Note(string path, ChangeKind kind)
        {
            _changes[path] = kind;
            for (string parent = ParentOf(path); parent.Length > 0 && _changes.TryAdd(parent, ChangeKind.Modified);)
            {
                parent = ParentOf(parent);
            }
        }

        /// <summary>A directory's size and time say only that something is in it, which is noted by itself.</summary>
        private static bool Differs(in TreeEntry old, in TreeEntry now)
        {
            bool isSame = old.Type == now.Type && old.Permissions == now.Permissions && old.Uid == now.Uid && old.Gid == now.Gid
                && old.DeviceMajor == now.DeviceMajor && old.DeviceMinor == now.DeviceMinor;
            return !isSame || (now.Type != TreeEntryType.Directory
                && (old.Size != now.Size || old.ModifiedSeconds != now.ModifiedSeconds || old.ModifiedNanoseconds != now.ModifiedNanoseconds));
        }

        private static string ParentOf(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];
    }

    /// <summary>By components, so that what is in a directory follows it at once.</summary>
    private sealed class PathOrder : IComparer<string>
    {
        internal static PathOrder Instance { get; } = new();

        public int Compare(string? x, string? y)
        {
            int common = Math.Min(x!.Length, y!.Length);
            for (int i = 0; i < common; i++)
            {
                if (x[i] != y[i])
                {
                    return x[i] == '/' ? -1 : y[i] == '/' ? 1 : x[i].CompareTo(y[i]);
                }
            }

            return x.Length.CompareTo(y.Length);
        }
    }
}
