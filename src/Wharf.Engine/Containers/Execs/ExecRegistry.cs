using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Wharf.Engine.Containers.Execs;

/// <summary>Execs by id. An ended one is kept for a while, since clients ask for its exit code only then.</summary>
internal sealed class ExecRegistry(TimeProvider clock)
{
    internal static readonly TimeSpan KeptAfterEnd = TimeSpan.FromMinutes(5);

    /// <summary>Created and never started ones count too: a client must not fill the memory with them.</summary>
    private const int MaxPerContainer = 1024;

    private readonly ConcurrentDictionary<string, ExecEntry> _entries = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(DateTimeOffset Ended, string Id)> _ended = new();

    internal ExecEntry Add(string containerId, ExecCreateRequest request)
    {
        ForgetOld();
        if (_entries.Values.Count(entry => entry.Snapshot.ContainerId == containerId) >= MaxPerContainer)
        {
            throw WharfException.Conflict($"container {containerId} has {MaxPerContainer} execs, more are not kept");
        }

        var added = new ExecEntry(new ExecSnapshot
        {
            Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            ContainerId = containerId,
            Request = request,
        });
        _entries[added.Snapshot.Id] = added;
        return added;
    }

    internal ExecEntry Find(string id) =>
        _entries.TryGetValue(id, out ExecEntry? entry) ? entry : throw WharfException.NotFound($"No such exec instance: {id}");

    internal void Ended(ExecEntry entry) => _ended.Enqueue((clock.GetUtcNow(), entry.Snapshot.Id));

    internal void RemoveOf(string containerId)
    {
        foreach (ExecEntry entry in _entries.Values.Where(entry => entry.Snapshot.ContainerId == containerId && !entry.Snapshot.Running))
        {
            _entries.TryRemove(entry.Snapshot.Id, out _);
        }
    }

    private void ForgetOld()
    {
        while (_ended.TryPeek(out (DateTimeOffset Ended, string Id) oldest) && clock.GetUtcNow() - oldest.Ended > KeptAfterEnd
            && _ended.TryDequeue(out oldest))
        {
            _entries.TryRemove(oldest.Id, out _);
        }
    }
}
