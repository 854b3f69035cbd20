using Microsoft.Win32.SafeHandles;

namespace Wharf.Linux.Files;

/// <summary>The names in a directory in the order of their bytes, so that two walks over the same files are the same walk.</summary>
internal sealed class DirectoryListing : IComparer<DirectoryListing.Entry>, IDisposable
{
    private readonly List<byte> _names = [];
    private readonly List<Entry> _entries = [];
    private int _next;

    /// <param name="directory">Owned from now on.</param>
    internal DirectoryListing(SafeFileHandle directory, string describe)
    {
        Directory = directory;
        var entries = new DirectoryEntries(directory, describe);
        while (entries.Next())
        {
            _entries.Add(new Entry(_names.Count, entries.Name.Length, entries.Type));
            _names.AddRange(entries.Name);
        }

        _entries.Sort(this);
    }

    internal SafeFileHandle Directory { get; }

    /// <param name="name">With the zero at its end.</param>
    /// <param name="type">As <see cref="DirectoryEntries.Type"/>.</param>
    internal bool Next(out Span<byte> name, out int type)
    {
        if (_next == _entries.Count)
        {
            name = [];
            type = 0;
            return false;
        }

        Entry entry = _entries[_next++];
        name = NameOf(entry);
        type = entry.Type;
        return true;
    }

    public int Compare(Entry x, Entry y) => NameOf(x).SequenceCompareTo(NameOf(y));

    public void Dispose() => Directory.Dispose();

    private Span<byte> NameOf(Entry entry) => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_names).Slice(entry.Start, entry.Length);

    internal readonly record struct Entry(int Start, int Length, int Type);
}
