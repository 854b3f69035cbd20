using System.Text;
using Microsoft.Win32.SafeHandles;
using Wharf.Engine.Builds.Context;
using Wharf.Linux.Files;

namespace Wharf.Engine.Builds.Files;

/// <summary>The files of a context. Looking around in it costs no system call: the index answers.</summary>
internal sealed class ContextTree : FileTree, IDisposable
{
    private const int MaxLinks = 40; // path_resolution(7)
    private readonly IBuildContext _context;
    private readonly Dictionary<string, int> _index;
    private readonly RootedDirectory _root;
    private readonly DateTimeOffset? _newest;
    private readonly IDisposable? _owned;

    /// <summary>Inodes that already have a name in a layer: a second one there would tie two files that have nothing to do with one another.</summary>
    private readonly HashSet<(string Layer, FileIdentity File)> _linked = [];

    /// <param name="newest">Files younger than this cannot be linked, since their times are going to be changed.</param>
    /// <param name="owned">To be disposed of with the tree.</param>
    internal ContextTree(IBuildContext context, DateTimeOffset? newest, IDisposable? owned = null)
    {
        _owned = owned;
        _context = context;
        _newest = newest;
        _root = new RootedDirectory(context.Root);
        _index = new Dictionary<string, int>(context.Entries.Count, StringComparer.Ordinal);
        for (int i = 0; i < context.Entries.Count; i++)
        {
            _index[context.Entries[i].Path] = i;
        }
    }

    internal override string Directory => _context.Root;

    internal override FoundFile? Find(string path)
    {
        var ahead = new Stack<string>(path.Split('/').Reverse());
        string at = "";
        for (int links = 0; ahead.TryPop(out string? component);)
        {
            if (component is "" or ".")
            {
                continue;
            }

            if (component == "..")
            {
                at = Parent(at);
                continue;
            }

            string next = at.Length == 0 ? component : $"{at}/{component}";
            if (!_index.TryGetValue(next, out int position))
            {
                return null;
            }

            if (_context.Entries[position].LinkTarget is not { } target)
            {
                at = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                return null;
            }

            at = target.StartsWith('/') ? "" : at;
            foreach (string step in target.Split('/').Reverse())
            {
                ahead.Push(step);
            }
        }

        return new FoundFile(at, at.Length == 0 ? TreeEntryType.Directory : TypeOf(_context.Entries[_index[at]].Type));
    }

    internal override IReadOnlyList<string> Names(string directory)
    {
        string prefix = directory.Length == 0 ? "" : directory + "/";
        return
        [
            .. Below(prefix)
                .Select(entry => entry.Path[prefix.Length..])
                .Where(name => !name.Contains('/'))
                .Order(StringComparer.Ordinal),
        ];
    }

    internal override void Visit(FoundFile found, Action<TreeItem> visit)
    {
        if (found.Path.Length > 0)
        {
            visit(new Item(this, _context.Entries[_index[found.Path]], found.Path.Length));
        }
        else
        {
            visit(new Item(this, new ContextEntry { Path = "", Type = ContextEntryType.Directory, Mode = 0x1ed }, 0));
        }

        if (!found.IsDirectory)
        {
            return;
        }

        string prefix = found.Path.Length == 0 ? "" : found.Path + "/";
        foreach (ContextEntry entry in Below(prefix))
        {
            visit(new Item(this, entry, prefix.Length));
        }
    }

    public void Dispose()
    {
        _root.Dispose();
        _owned?.Dispose();
    }

    /// <summary>The index is sorted by path, so that those with one beginning stand together.</summary>
    private IEnumerable<ContextEntry> Below(string prefix)
    {
        IReadOnlyList<ContextEntry> entries = _context.Entries;
        for (int i = FirstFrom(prefix); i < entries.Count && entries[i].Path.StartsWith(prefix, StringComparison.Ordinal); i++)
        {
            yield return entries[i];
        }
    }

    private int FirstFrom(string prefix)
    {
        int low = 0;
        int high = _context.Entries.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (string.CompareOrdinal(_context.Entries[middle].Path, prefix) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private static string Parent(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";

    private static TreeEntryType TypeOf(ContextEntryType type) => type switch
    {
        ContextEntryType.Directory => TreeEntryType.Directory,
        ContextEntryType.SymbolicLink => TreeEntryType.SymbolicLink,
        _ => TreeEntryType.Regular,
    };

    private bool TryLink(ContextEntry entry, TreeWriter target, ReadOnlySpan<byte> path, FileMetadata asked)
    {
        return _context.MayLink
            && asked is { Uid: 0, Gid: 0 } && asked.Permissions == entry.Mode && asked.Attributes.Count == (entry.Attributes?.Count ?? 0)
            && (_newest is null || entry.Modified <= _newest)
            && _root.IdentityOf(entry.Path) is { } identity
            && _linked.Add((target.Root, identity))
            && target.TryLinkFrom(path, _root, entry.Path);
    }

    private sealed class Item(ContextTree tree, ContextEntry entry, int prefix) : TreeItem
    {
        private readonly byte[] _path = Encoding.UTF8.GetBytes(entry.Path[Math.Min(prefix, entry.Path.Length)..]);

        internal override ReadOnlySpan<byte> Path => _path;

        internal override TreeEntryType Type => TypeOf(entry.Type);

        internal override FileMetadata Metadata
        {
            get
            {
                long ticks = entry.Modified.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
                (long seconds, long rest) = Math.DivRem(ticks, TimeSpan.TicksPerSecond);
                return rest < 0
                    ? new FileMetadata(entry.Mode, 0, 0, seconds - 1, (rest + TimeSpan.TicksPerSecond) * 100, Attributes)
                    : new FileMetadata(entry.Mode, 0, 0, seconds, rest * 100, Attributes);
            }
        }

        internal override byte[] LinkTarget => Encoding.UTF8.GetBytes(entry.LinkTarget ?? "");

        private IReadOnlyList<ExtendedAttribute> Attributes => entry.Attributes is null
            ? []
            : [.. entry.Attributes.OrderBy(attribute => attribute.Key, StringComparer.Ordinal).Select(attribute => new ExtendedAttribute(attribute.Key, attribute.Value))];

        internal override string ContentDigest() =>
            entry.Content?.Hex ?? throw new WharfException(ErrorKind.Internal, $"the build context does not say what is in {entry.Path}");

        internal override void Write(TreeWriter target, ReadOnlySpan<byte> path, FileMetadata metadata)
        {
            if (tree.TryLink(entry, target, path, metadata))
            {
                return;
            }

            using FileStream source = RootedFiles.OpenRead(tree._context.Root, entry.Path)
                ?? throw new WharfException(ErrorKind.Internal, $"{entry.Path} has gone from the build context");
            using SafeFileHandle file = target.BeginFile(path);
            FileCopy.Copy(source.SafeFileHandle, file);
            TreeWriter.FinishFile(file, path, metadata);
        }
    }
}
