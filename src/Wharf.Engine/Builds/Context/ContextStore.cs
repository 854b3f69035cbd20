using Microsoft.Extensions.Logging;
using Wharf.Linux;
using Wharf.Linux.Files;

namespace Wharf.Engine.Builds.Context;

/// <summary>
/// The contexts that builds read, <c>&lt;root&gt;/contexts/&lt;name&gt;/{tree,index}</c>. One that a client names is kept, and brought up to
/// date the next time, until the build cache needs the room; one that came as an archive goes with its build.
/// </summary>
public sealed partial class ContextStore : IDisposable
{
    private const string Gone = "gone-";
    private const string IndexName = "index";

    /// <summary>What <c>system df</c> calls a kept context.</summary>
    internal const string RecordType = "source.local";

    private const UnixFileMode RootMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly string _root;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, KeptContext> _kept = new(StringComparer.Ordinal);
    private Task _erasing = Task.CompletedTask;

    private ContextStore(string root, TimeProvider clock, ILogger logger)
    {
        _root = root;
        _clock = clock;
        _logger = logger;
    }

    /// <summary>Opens or makes the store of a data root, and clears away what a crash left half-made. One engine at a time.</summary>
    public static ContextStore Open(string engineRoot, TimeProvider clock, ILogger logger)
    {
        var store = new ContextStore(Path.Combine(engineRoot, "contexts"), clock, logger);
        Directory.CreateDirectory(store._root, RootMode);
        foreach (string directory in Directory.EnumerateDirectories(store._root))
        {
            store.TakeOver(directory);
        }

        return store;
    }

    /// <summary>Begins to bring the context of a client's directory up to date.</summary>
    /// <param name="id">Chosen by the client, the same each time.</param>
    /// <param name="listing">All that is in the directory, parents first.</param>
    /// <exception cref="WharfException">InvalidArgument: a path leads out, or is there twice.</exception>
    public ContextUpdate Begin(string id, IReadOnlyList<ListedEntry> listing)
    {
        ContextListing checkedListing = ContextListing.Check(listing);
        KeptContext claimed = Claim(id);
        try
        {
            return ContextUpdate.Begin(this, claimed, checkedListing);
        }
        catch
        {
            Abandon(claimed);
            throw;
        }
    }

    /// <summary>Stores the files of an archive, which may be compressed, until the result is disposed.</summary>
    /// <exception cref="WharfException">InvalidArgument: it is malformed, or holds what no context may.</exception>
    public StoredContext Unpack(Stream archive, CancellationToken cancellationToken) => Unpack(archive, "", cancellationToken);

    /// <summary>A context with one file in it.</summary>
    public StoredContext WithFile(string name, byte[] content) =>
        Fill(tree => tree.AddFile(ContextPath.Check(name), content, new ContextFileFacts(0x1a4, _clock.GetUtcNow(), null)));

    /// <summary>A context without files.</summary>
    public StoredContext Empty() => Fill(_ => { });

    /// <summary>The kept contexts, used last first.</summary>
    public IReadOnlyList<BuildCacheRecord> Usage()
    {
        lock (_gate)
        {
            return [.. _kept.Values.OrderByDescending(kept => kept.LastUsed).Select(kept => kept.ToRecord())];
        }
    }

    /// <summary>Removes a kept context, unless a build is using it.</summary>
    internal bool TryRemove(string name)
    {
        lock (_gate)
        {
            if (_kept.Values.FirstOrDefault(kept => kept.Name == name) is not { IsFree: true } found)
            {
                return false;
            }

            Forget(found);
            return true;
        }
    }

    /// <summary>What is on disk is brought there for good, so that it holds after a reboot.</summary>
    public void Dispose()
    {
        _erasing.Wait();
        lock (_gate)
        {
            List<KeptContext> unsynced = [.. _kept.Values.Where(kept => kept is { IsFree: true, IsSynced: false })];
            if (unsynced.Count > 0)
            {
                TreeWriter.Sync(_root);
                unsynced.ForEach(kept => ContextIndex.MarkSynced(IndexOf(kept)));
            }
        }
    }

    internal string TreeOf(KeptContext kept) => Path.Combine(_root, kept.Name, "tree");

    internal string IndexOf(KeptContext kept) => Path.Combine(_root, kept.Name, IndexName);

    /// <summary>The context is as the listing says: it is now the one of its id.</summary>
    internal StoredContext Complete(KeptContext kept, IReadOnlyList<ContextEntry> entries)
    {
        lock (_gate)
        {
            kept.IsBusy = false;
            kept.Users++;
            if (_kept.TryGetValue(kept.Id, out KeptContext? other) && other != kept)
            {
                _kept.Remove(kept.Id);
                other.IsOutdated = true;
                EraseIfFree(other);
            }

            _kept[kept.Id] = kept;
        }

        return new StoredContext(TreeOf(kept), entries, () => Release(kept));
    }

    internal DateTimeOffset Now => _clock.GetUtcNow();

    /// <param name="below">Only what lies in this directory of the archive, which becomes the root.</param>
    internal StoredContext Unpack(Stream archive, string below, CancellationToken cancellationToken) =>
        Fill(tree => ArchiveIntake.Unpack(archive, tree, below, cancellationToken));

    internal ScratchDirectory MakeScratch()
    {
        string path = Path.Combine(_root, Gone + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(path, RootMode);
        return new ScratchDirectory(path, Erase);
    }

    /// <summary>An update that was not completed: what is there stays, as far as it has an index.</summary>
    internal void Abandon(KeptContext kept)
    {
        lock (_gate)
        {
            kept.IsBusy = false;
            if (_kept.GetValueOrDefault(kept.Id) != kept)
            {
                kept.IsOutdated = true;
            }
            else if (kept.Users == 0 && !File.Exists(IndexOf(kept)))
            {
                Forget(kept);
                return;
            }

            EraseIfFree(kept);
        }
    }

    /// <summary>An entry to compare with and, if need be, to change; a new one while another build has the one that there is.</summary>
    private KeptContext Claim(string id)
    {
        lock (_gate)
        {
            if (_kept.TryGetValue(id, out KeptContext? kept) && !kept.IsBusy)
            {
                // Builds that read it do not mind that it is compared with; what it takes to change it is decided then.
                kept.IsBusy = true;
                return kept;
            }
        }

        return New(id);
    }

    /// <summary>An empty one for the same id, in the place of one that is being read.</summary>
    internal KeptContext Replace(KeptContext kept)
    {
        lock (_gate)
        {
            kept.IsBusy = false;
        }

        return New(kept.Id);
    }

    internal bool IsRead(KeptContext kept)
    {
        lock (_gate)
        {
            return kept.Users > 0;
        }
    }

    private KeptContext New(string id)
    {
        var made = new KeptContext(id, Guid.NewGuid().ToString("N"), _clock.GetUtcNow()) { IsBusy = true };
        MakeTree(made);
        lock (_gate)
        {
            // Kept from now on if there is no other: also what of it has come when the client is cut off.
            _kept.TryAdd(id, made);
        }

        return made;
    }

    private void MakeTree(KeptContext made)
    {
        Directory.CreateDirectory(TreeOf(made), RootMode);

        // Whatever umask this process has.
        File.SetUnixFileMode(
            TreeOf(made), RootMode | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
    }

    /// <summary>A context of what <paramref name="fill"/> puts into it.</summary>
    internal StoredContext Fill(Action<ContextDirectory> fill)
    {
        var passing = new KeptContext("", Guid.NewGuid().ToString("N"), _clock.GetUtcNow()) { IsOutdated = true, Users = 1 };
        MakeTree(passing);
        try
        {
            using var tree = new ContextDirectory(TreeOf(passing), []);
            fill(tree);
            tree.Finish();
            return new StoredContext(TreeOf(passing), ContextUpdate.Ordered(tree.Entries.Values), () => Release(passing));
        }
        catch
        {
            Release(passing);
            throw;
        }
    }

    private void Release(KeptContext kept)
    {
        lock (_gate)
        {
            kept.Users--;
            EraseIfFree(kept);
        }
    }

    private void Forget(KeptContext kept)
    {
        _kept.Remove(kept.Id);
        kept.IsOutdated = true;
        EraseIfFree(kept);
    }

    private void EraseIfFree(KeptContext kept)
    {
        if (kept is { IsOutdated: true, IsFree: true })
        {
            Erase(Path.Combine(_root, kept.Name));
        }
    }

    /// <summary>Its name goes at once, its files in peace: thousands of them are nothing to wait for.</summary>
    private void Erase(string directory)
    {
        if (!Path.GetFileName(directory).StartsWith(Gone, StringComparison.Ordinal))
        {
            string gone = Path.Combine(_root, Gone + Guid.NewGuid().ToString("N"));
            Directory.Move(directory, gone);
            directory = gone;
        }

        lock (_gate)
        {
            _erasing = _erasing.ContinueWith(_ => RemoveFiles(directory), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private void RemoveFiles(string directory)
    {
        try
        {
            TreeRemoval.Remove(directory);
        }
        catch (LinuxException failure)
        {
            NotErased(_logger, directory, failure);
        }
    }

    private void TakeOver(string directory)
    {
        string name = Path.GetFileName(directory);
        string index = Path.Combine(directory, IndexName);
        if (name.StartsWith(Gone, StringComparison.Ordinal) || ContextIndex.Load(index) is not { } loaded)
        {
            Erase(directory);
            return;
        }

        var kept = new KeptContext(loaded.ContextId, name, loaded.Created)
        {
            LastUsed = File.GetLastWriteTimeUtc(index),
            UseCount = loaded.UseCount,
            Size = loaded.Entries.Sum(entry => entry.Size),
            Files = loaded.Entries.Count,
        };
        if (!_kept.TryAdd(kept.Id, kept))
        {
            Erase(directory);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Build context {Directory} cannot be erased; the next start tries again")]
    private static partial void NotErased(ILogger logger, string directory, Exception failure);
}
