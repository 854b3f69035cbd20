namespace Wharf.Engine.Builds.Context;

/// <summary>A listing that has been checked: every path stays inside, none is there twice, each below a directory that stands before it.</summary>
internal sealed class ContextListing
{
    /// <summary>Far above every real directory.</summary>
    private const int MaxEntries = 5_000_000;

    private const uint ModeMask = 0xfff;

    private ContextListing(IReadOnlyList<ListedEntry> entries, Dictionary<string, ListedEntry> byPath)
    {
        Entries = entries;
        ByPath = byPath;
    }

    internal IReadOnlyList<ListedEntry> Entries { get; }

    internal IReadOnlyDictionary<string, ListedEntry> ByPath { get; }

    /// <exception cref="WharfException"/>
    internal static ContextListing Check(IReadOnlyList<ListedEntry> entries)
    {
        if (entries.Count > MaxEntries)
        {
            throw WharfException.Invalid($"build context: more than {MaxEntries} files: exclude what is not needed in .dockerignore");
        }

        var byPath = new Dictionary<string, ListedEntry>(entries.Count, StringComparer.Ordinal);
        foreach (ListedEntry entry in entries)
        {
            string parent = ContextPath.ParentOf(ContextPath.Check(entry.Path));
            if (parent.Length > 0 && byPath.GetValueOrDefault(parent)?.Type != ContextEntryType.Directory)
            {
                throw WharfException.Invalid($"build context: {entry.Path} lies in no directory of the listing");
            }

            if (!byPath.TryAdd(entry.Path, entry) || entry.Size < 0 || entry.Mode > ModeMask)
            {
                throw WharfException.Invalid($"build context: {entry.Path} is listed twice, or with an impossible size or mode");
            }
        }

        return new ContextListing(entries, byPath);
    }
}
