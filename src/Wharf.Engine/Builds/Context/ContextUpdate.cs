namespace Wharf.Engine.Builds.Context;

/// <summary>
/// A stored context on its way to what a client's listing says. What is gone is removed and what needs no bytes is made at the beginning;
/// then the client sends the files that are <see cref="Missing"/>. Cut off half-way, what has come stays, and need not come again. For one
/// thread at a time.
/// </summary>
public sealed class ContextUpdate : IDisposable
{
    private readonly ContextStore _store;
    private readonly KeptContext _kept;
    private readonly ContextListing _listing;
    private readonly IReadOnlyList<ContextEntry>? _unchanged;
    private readonly ContextDirectory? _tree;
    private readonly Dictionary<string, ulong> _stamps;
    private readonly HashSet<int> _missing;
    private ContextFileWriter? _file;
    private bool _isOver;

    private ContextUpdate(
        ContextStore store, KeptContext kept, ContextListing listing, IReadOnlyList<ContextEntry>? unchanged, ContextDirectory? tree, Dictionary<string, ulong> stamps, List<int> missing)
    {
        _store = store;
        _kept = kept;
        _listing = listing;
        _unchanged = unchanged;
        _tree = tree;
        _stamps = stamps;
        Missing = missing;
        _missing = [.. missing];
    }

    /// <summary>Numbers, in the listing, of the files that are to be sent.</summary>
    public IReadOnlyList<int> Missing { get; }

    internal static ContextUpdate Begin(ContextStore store, KeptContext kept, ContextListing listing)
    {
        ContextIndex? index = ContextIndex.Load(store.IndexOf(kept));
        Dictionary<string, ulong> stamps = index is null ? new(StringComparer.Ordinal) : new(index.Stamps, StringComparer.Ordinal);
        Dictionary<string, ContextEntry> there = (index?.Entries ?? []).ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        List<int> missing = FindMissing(listing, there, stamps);
        if (index is not null && missing.Count == 0 && there.Count == listing.Entries.Count && listing.Entries.All(entry => IsSame(entry, there)))
        {
            return new ContextUpdate(store, kept, listing, index.Entries, null, stamps, missing);
        }

        if (store.IsRead(kept))
        {
            kept = store.Replace(kept);
            (there, stamps) = ([], new(StringComparer.Ordinal));
            missing = FindMissing(listing, there, stamps);
        }

        // From here to the end directory and index do not agree.
        File.Delete(store.IndexOf(kept));
        var tree = new ContextDirectory(store.TreeOf(kept), there.Values);
        var update = new ContextUpdate(store, kept, listing, null, tree, stamps, missing);
        try
        {
            update.Arrange();
            return update;
        }
        catch
        {
            update.Dispose();
            throw;
        }
    }

    /// <summary>Begins one of the missing files.</summary>
    /// <exception cref="WharfException">It is none of them, or cannot be stored.</exception>
    public void BeginFile(int index)
    {
        if (_tree is null || !_missing.Contains(index) || _file is not null)
        {
            throw WharfException.Invalid($"build context: file {index} was not asked for");
        }

        _file = _tree.BeginFile(_listing.Entries[index].Path);
    }

    public void Append(ReadOnlySpan<byte> content) => Current.Append(content);

    /// <summary>So many zeros.</summary>
    public void AppendHole(long length) => Current.AppendHole(length);

    /// <summary>The file that was begun is whole.</summary>
    public void EndFile(int index, uint mode, DateTimeOffset modified, ulong stamp, IReadOnlyDictionary<string, byte[]>? attributes)
    {
        Current.Finish(new ContextFileFacts(mode & 0xfff, modified, Allowed(attributes)));
        DropFile();
        _missing.Remove(index);
        _stamps[_listing.Entries[index].Path] = stamp;
    }

    /// <summary>The file that was begun changed while it was read: it will be sent again.</summary>
    public void DropFile()
    {
        _file?.Dispose();
        _file = null;
    }

    /// <summary>Ends the update. The context cannot change before it is disposed.</summary>
    /// <exception cref="WharfException">InvalidArgument: files are missing.</exception>
    public StoredContext Complete()
    {
        if (_missing.Count > 0)
        {
            throw WharfException.Invalid($"build context: {_missing.Count} files were not sent, {_listing.Entries[_missing.Min()].Path} among them");
        }

        IReadOnlyList<ContextEntry> entries = _unchanged ?? Close();
        _kept.UseCount++;
        _kept.LastUsed = _store.Now;
        if (_unchanged is not null)
        {
            File.SetLastWriteTimeUtc(_store.IndexOf(_kept), _store.Now.UtcDateTime);
        }

        _isOver = true;
        return _store.Complete(_kept, entries);
    }

    public void Dispose()
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        DropFile();
        try
        {
            if (_unchanged is null)
            {
                Close();
            }
        }
        catch (IOException)
        {
            // A full disk has no room for the index either: without one, the context is forgotten.
            _tree?.Dispose();
            File.Delete(_store.IndexOf(_kept));
        }
        finally
        {
            _store.Abandon(_kept);
        }
    }

    internal static List<ContextEntry> Ordered(IEnumerable<ContextEntry> entries)
    {
        List<ContextEntry> ordered = [.. entries];
        ordered.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return ordered;
    }

    private ContextFileWriter Current => _file ?? throw WharfException.Invalid("build context: bytes of no file");

    private static List<int> FindMissing(ContextListing listing, Dictionary<string, ContextEntry> there, Dictionary<string, ulong> stamps)
    {
        List<int> missing = [];
        for (int i = 0; i < listing.Entries.Count; i++)
        {
            ListedEntry entry = listing.Entries[i];
            if (entry.Type == ContextEntryType.File
                && (!IsSame(entry, there) || entry.Stamp == 0 || stamps.GetValueOrDefault(entry.Path) != entry.Stamp))
            {
                missing.Add(i);
            }
        }

        return missing;
    }

    private static bool IsSame(ListedEntry listed, Dictionary<string, ContextEntry> there) =>
        there.TryGetValue(listed.Path, out ContextEntry? entry)
        && entry.Type == listed.Type
        && entry.Size == listed.Size
        && entry.Modified == listed.Modified
        && (entry.Mode == listed.Mode || entry.Type == ContextEntryType.SymbolicLink)
        && entry.LinkTarget == listed.LinkTarget;

    /// <summary>Extended attributes that mean something in an image; the rest is the client's own business.</summary>
    private static Dictionary<string, byte[]>? Allowed(IReadOnlyDictionary<string, byte[]>? attributes)
    {
        Dictionary<string, byte[]> allowed = new(
            (attributes ?? new Dictionary<string, byte[]>()).Where(attribute =>
                attribute.Key == "security.capability"
                || (attribute.Key.StartsWith("user.", StringComparison.Ordinal) && !attribute.Key.StartsWith("user.overlay.", StringComparison.Ordinal))));
        return allowed.Count == 0 ? null : allowed;
    }

    private void Arrange()
    {
        foreach (string path in _tree!.Entries.Keys.Where(path => !_listing.ByPath.ContainsKey(path)).ToList())
        {
            _tree.Remove(path);
            _stamps.Remove(path);
        }

        foreach (ListedEntry entry in _listing.Entries)
        {
            if (entry.Type == ContextEntryType.File || IsSame(entry, _tree.Entries))
            {
                continue;
            }

            if (entry.Type == ContextEntryType.Directory)
            {
                _tree.MakeDirectory(entry.Path, entry.Mode, entry.Modified);
            }
            else
            {
                _tree.MakeLink(entry.Path, entry.LinkTarget ?? "", entry.Modified);
            }
        }
    }

    /// <summary>Brings directory and index to agree.</summary>
    private List<ContextEntry> Close()
    {
        _tree!.Finish();
        _tree.Dispose();
        List<ContextEntry> entries = Ordered(_tree.Entries.Values);
        _kept.Size = entries.Sum(entry => entry.Size);
        _kept.Files = entries.Count;
        _kept.IsSynced = false;
        new ContextIndex
        {
            ContextId = _kept.Id,
            Created = _kept.Created,
            UseCount = _kept.UseCount + 1,
            Entries = entries,
            Stamps = _stamps,
        }.Save(_store.IndexOf(_kept));
        return entries;
    }
}
