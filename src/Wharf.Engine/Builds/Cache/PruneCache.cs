using Wharf.Engine.Builds.Context;
using Wharf.Engine.Images;
using Wharf.Linux.Files;
using Wharf.Oci;

namespace Wharf.Engine.Builds.Cache;

/// <summary>
/// Keeps the cache within its budget, and empties it when asked: what was used longest ago goes first, and of what was used together the later
/// steps, which nothing else is made from. What a running build uses stays.
/// </summary>
internal sealed class PruneCache : IAsyncDisposable
{
    private readonly EngineOptions _options;
    private readonly BuildCache _cache;
    private readonly ContextStore _contexts;
    private readonly ImageService _images;
    private readonly string _mounts;
    private readonly TimeProvider _clock;
    private readonly IReadOnlyList<BuildPruneRequest> _rules;
    private readonly Lock _gate = new();
    private Task _work = Task.CompletedTask;

    /// <exception cref="WharfException">A filter of a rule is none.</exception>
    internal PruneCache(EngineOptions options, BuildCache cache, ContextStore contexts, ImageService images, string mounts, TimeProvider clock)
    {
        _options = options;
        _cache = cache;
        _contexts = contexts;
        _images = images;
        _mounts = mounts;
        _clock = clock;
        _rules = CacheRules.Of(options.BuildCache, new DriveInfo(options.Root).TotalSize);
        foreach (BuildPruneRequest rule in _rules)
        {
            CacheFilter.Parse(rule.Filters, clock.GetUtcNow());
        }
    }

    internal IReadOnlyList<BuildCacheRecord> Usage()
    {
        HashSet<Digest> used = _images.LayersInUse();
        return [.. _cache.All.Select(record => Describe(record, used)), .. _contexts.Usage()];
    }

    /// <summary>Writes down what was used, and removes what is too much; nobody waits for it.</summary>
    internal void AfterBuild()
    {
        lock (_gate)
        {
            _work = _work.ContinueWith(_ => Keep(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    internal BuildPruneResult Run(BuildPruneRequest request)
    {
        Func<BuildCacheRecord, bool> wanted = CacheFilter.Parse(request.Filters, _clock.GetUtcNow());
        IReadOnlyList<BuildCacheRecord> records = Usage();
        long total = Total(records);
        long keep = KeepBytes(request, total);
        List<string> deleted = [];
        long freed = 0;
        foreach (BuildCacheRecord record in records
            .Where(record => !record.InUse && (request.All || !record.IsShared) && wanted(record))
            .OrderBy(record => record.LastUsed ?? record.Created)
            .ThenByDescending(record => record.Created))
        {
            if (total - freed <= keep && keep > 0)
            {
                break;
            }

            if (Remove(record))
            {
                deleted.Add(record.Id);
                freed += record.IsShared ? 0 : record.Size;
            }
        }

        if (deleted.Count > 0)
        {
            _images.Collect();
        }

        return new BuildPruneResult(deleted, freed);
    }

    public async ValueTask DisposeAsync()
    {
        Task work;
        lock (_gate)
        {
            work = _work;
        }

        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Keep()
    {
        _cache.Flush();
        foreach (BuildPruneRequest rule in _rules)
        {
            Run(rule);
        }
    }

    /// <summary>How much may stay; 0 for nothing. The rule is BuildKit's: as much as allowed, less what must be free, but never less than reserved.</summary>
    private long KeepBytes(BuildPruneRequest request, long total)
    {
        long keep = request.MaxUsedSpace ?? 0;
        if (request.MinFreeSpace is { } minimum && minimum - new DriveInfo(_options.Root).AvailableFreeSpace is var missing and > 0)
        {
            keep = keep == 0 ? Math.Max(0, total - missing) : Math.Min(keep, Math.Max(0, total - missing));
        }
        else if (request.MinFreeSpace is > 0 && keep == 0)
        {
            keep = long.MaxValue;
        }

        return Math.Max(keep, request.ReservedSpace ?? 0);
    }

    private bool Remove(BuildCacheRecord record)
    {
        if (record.Type == ContextStore.RecordType)
        {
            return _contexts.TryRemove(record.Id);
        }

        if (!_cache.TryRemove(record.Id))
        {
            return false;
        }

        if (record.Type == CacheRecord.Mount)
        {
            TreeRemoval.Remove(Path.Combine(_mounts, record.Id));
        }

        return true;
    }

    /// <summary>Each layer once, and those of images not at all: they are there anyway.</summary>
    private static long Total(IReadOnlyList<BuildCacheRecord> records) => records.Where(record => !record.IsShared).Sum(record => record.Size);

    private BuildCacheRecord Describe(CacheRecord record, HashSet<Digest> used) => new(
        record.Id,
        record.Parents,
        record.Kind,
        record.Description,
        _cache.IsInUse(record.Id),
        record.Layer is not null && used.Contains(record.Layer),
        record.Size,
        record.Created,
        record.LastUsed,
        record.UseCount);
}
