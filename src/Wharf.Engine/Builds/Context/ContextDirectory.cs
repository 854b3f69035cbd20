using System.Text;
using Wharf.Linux;
using Wharf.Linux.Files;

namespace Wharf.Engine.Builds.Context;

/// <summary>
/// A context's directory while it is being made or brought up to date, and the index of what is in it, which is right after every call.
/// A file is never written again: a changed one is another file under the same name. For one thread.
/// </summary>
internal sealed class ContextDirectory : IDisposable
{
    private const uint MissingDirectoryMode = 0x1ed; // 0755
    private readonly TreeWriter _writer;

    /// <summary>Directories whose times changed with what was made or removed in them.</summary>
    private readonly HashSet<string> _touched = [];

    internal ContextDirectory(string root, IEnumerable<ContextEntry> entries)
    {
        _writer = new TreeWriter(root);
        Entries = entries.ToDictionary(entry => entry.Path, StringComparer.Ordinal);
    }

    internal Dictionary<string, ContextEntry> Entries { get; }

    internal void MakeDirectory(string path, uint mode, DateTimeOffset modified)
    {
        Prepare(path, replacesDirectory: false);
        var entry = new ContextEntry { Path = path, Type = ContextEntryType.Directory, Mode = mode, Modified = modified };
        Storing(path, () => _writer.MakeDirectory(Encoding.UTF8.GetBytes(path), MetadataOf(entry)));
        Entries[path] = entry;
    }

    internal void MakeLink(string path, string target, DateTimeOffset modified)
    {
        Prepare(path, replacesDirectory: true);
        var entry = new ContextEntry
        {
            Path = path,
            Type = ContextEntryType.SymbolicLink,
            Mode = 0x1ff, // 0777: what the kernel shows for every link
            Modified = modified,
            LinkTarget = target,
        };
        Storing(path, () => _writer.MakeSymbolicLink(Encoding.UTF8.GetBytes(path), Encoding.UTF8.GetBytes(target), MetadataOf(entry)));
        Entries[path] = entry;
    }

    /// <summary>Another name of a file that is there.</summary>
    /// <exception cref="WharfException">It is not.</exception>
    internal void MakeHardLink(string path, string existing)
    {
        if (!Entries.TryGetValue(existing, out ContextEntry? entry) || entry.Type == ContextEntryType.Directory)
        {
            throw WharfException.Invalid($"build context: {path} is a hard link to {existing}, which is not there");
        }

        if (path == existing)
        {
            return;
        }

        Prepare(path, replacesDirectory: true);
        Storing(path, () => _writer.MakeHardLink(Encoding.UTF8.GetBytes(path), Encoding.UTF8.GetBytes(existing)));
        Entries[path] = entry with { Path = path };
    }

    /// <summary>A small file whole.</summary>
    internal void AddFile(string path, ReadOnlySpan<byte> content, ContextFileFacts facts)
    {
        using ContextFileWriter file = BeginFile(path);
        file.Append(content);
        file.Finish(facts);
    }

    /// <summary>Starts a file; it is there once the writer has finished.</summary>
    internal ContextFileWriter BeginFile(string path)
    {
        Prepare(path, replacesDirectory: true);
        Entries.Remove(path);
        return Storing(path, () => new ContextFileWriter(this, path, _writer.BeginFile(Encoding.UTF8.GetBytes(path))));
    }

    /// <summary>Takes away what is there, with all below it.</summary>
    internal void Remove(string path)
    {
        if (!Entries.Remove(path, out ContextEntry? entry))
        {
            return;
        }

        if (entry.Type == ContextEntryType.Directory)
        {
            foreach (string below in Entries.Keys.Where(name => name.StartsWith(path + "/", StringComparison.Ordinal)).ToList())
            {
                Entries.Remove(below);
            }
        }

        Touch(path);
        _writer.Remove(Encoding.UTF8.GetBytes(path));
    }

    /// <summary>Gives directories the modes and times that the index says. Nothing is made after this.</summary>
    internal void Finish()
    {
        foreach (string path in _touched)
        {
            if (Entries.TryGetValue(path, out ContextEntry? entry))
            {
                _writer.MakeDirectory(Encoding.UTF8.GetBytes(path), MetadataOf(entry));
            }
        }

        _writer.Finish();
    }

    public void Dispose() => _writer.Dispose();

    internal static FileMetadata MetadataOf(ContextEntry entry)
    {
        long seconds = entry.Modified.ToUnixTimeSeconds();
        long rest = entry.Modified.UtcTicks - DateTimeOffset.FromUnixTimeSeconds(seconds).UtcTicks;
        return new FileMetadata(
            entry.Mode,
            0,
            0,
            seconds,
            rest * TimeSpan.NanosecondsPerTick,
            entry.Attributes is null ? [] : [.. entry.Attributes.Select(attribute => new ExtendedAttribute(attribute.Key, attribute.Value))]);
    }

    /// <summary>Whatever the disk refuses is told with the file it was about.</summary>
    internal static T Storing<T>(string path, Func<T> store)
    {
        try
        {
            return store();
        }
        catch (LinuxException refused)
        {
            throw new WharfException(ErrorKind.Internal, $"build context: cannot store {path}: {refused.Errno.Describe()}", refused);
        }
    }

    private static void Storing(string path, Action store) => Storing(path, () =>
    {
        store();
        return true;
    });

    /// <summary>
    /// Every parent is a directory of the context itself: a path that leads through a link would be in one place on disk and in another in the
    /// index. Archives may leave directories out.
    /// </summary>
    private void Prepare(string path, bool replacesDirectory)
    {
        string parent = ContextPath.ParentOf(path);
        if (parent.Length > 0)
        {
            if (!Entries.TryGetValue(parent, out ContextEntry? above))
            {
                MakeDirectory(parent, MissingDirectoryMode, DateTimeOffset.UnixEpoch);
            }
            else if (above.Type != ContextEntryType.Directory)
            {
                throw WharfException.Invalid($"build context: {path} lies below {parent}, which is no directory");
            }
        }

        Touch(path);
        if (Entries.TryGetValue(path, out ContextEntry? there) && there.Type == ContextEntryType.Directory == replacesDirectory)
        {
            Remove(path);
        }
    }

    private void Touch(string path)
    {
        if (ContextPath.ParentOf(path) is { Length: > 0 } parent)
        {
            _touched.Add(parent);
        }
    }
}

/// <summary>What is known of a file beside its bytes.</summary>
internal sealed record ContextFileFacts(uint Mode, DateTimeOffset Modified, IReadOnlyDictionary<string, byte[]>? Attributes);
