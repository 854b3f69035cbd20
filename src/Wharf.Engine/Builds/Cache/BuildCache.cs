using System.Security.Cryptography;
using Wharf.Engine.Builds.Solve;
using Wharf.Engine.Store;
using Wharf.Oci;

namespace Wharf.Engine.Builds.Cache;

/// <summary>
/// What earlier builds made, by what it was made from. In memory as immutable records under one lock; a new record is in the database before it
/// is seen. When a record was used is written now and then: losing that in a crash costs nothing.
/// </summary>
internal sealed class BuildCache
{
    private readonly Database _database;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, CacheRecord> _records = new(StringComparer.Ordinal);
    private readonly Dictionary<Digest, string> _keys = [];

    /// <summary>How many builds rely on a record now.</summary>
    private readonly Dictionary<string, int> _pins = new(StringComparer.Ordinal);
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);

    internal BuildCache(Database database, TimeProvider clock)
    {
        _database = database;
        _clock = clock;
        foreach (CacheRecord record in database.Query(
            "SELECT id, kind, description, slot, layer, parents, size, created, last_used, use_count FROM build_records", CacheRows.Read))
        {
            _records[record.Id] = record;
        }

        foreach ((Digest key, string record) in database.Query("SELECT key, record FROM build_keys", row => (Digest.Parse(row.GetString(0)), row.GetString(1))))
        {
            _keys[key] = record;
        }
    }

    /// <summary>Used last first.</summary>
    internal IReadOnlyList<CacheRecord> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _records.Values.OrderByDescending(record => record.LastUsed ?? record.Created)];
            }
        }
    }

    /// <summary>The layers that records have, straight from the database: it is asked before there is a cache.</summary>
    internal static IReadOnlyList<Digest> HeldLayers(Database database) =>
        database.Query("SELECT DISTINCT layer FROM build_records WHERE layer IS NOT NULL", row => Digest.Parse(row.GetString(0)));

    /// <summary>Finds what was made from these inputs; it stays until <paramref name="pins"/> are taken out.</summary>
    internal CacheRecord? Find(Digest key, CachePins pins)
    {
        lock (_gate)
        {
            if (!_keys.TryGetValue(key, out string? id))
            {
                return null;
            }

            Pin(id, pins);
            return _records[id];
        }
    }

    /// <summary>Enters what a step made.</summary>
    /// <param name="keys">Everything that it may be found by.</param>
    internal CacheRecord Add(IReadOnlyList<StepKey> keys, NewRecord made, CachePins pins)
    {
        var record = new CacheRecord(
            NewId(), CacheRecord.Step, made.Description, made.Slot, made.Layer, made.Parents, made.Size, made.Created, null, 0);
        lock (_gate)
        {
            _database.InTransaction(database =>
            {
                CacheRows.Insert(database, record, CacheInputs.Pack(keys[^1].Inputs));
                foreach (StepKey key in keys)
                {
                    AddKey(database, key.Compute(), record.Id);
                }
            });
            _records[record.Id] = record;
            foreach (StepKey key in keys)
            {
                _keys[key.Compute()] = record.Id;
            }

            Pin(record.Id, pins);
            return record;
        }
    }

    /// <summary>One more way to find a record.</summary>
    internal void AddKey(Digest key, string record)
    {
        lock (_gate)
        {
            if (_records.ContainsKey(record))
            {
                AddKey(_database, key, record);
                _keys[key] = record;
            }
        }
    }

    /// <summary>A shared directory that a step has now.</summary>
    /// <param name="name">Of the directory; it is the record's id.</param>
    internal void AddMount(string name, string description)
    {
        lock (_gate)
        {
            if (!_records.ContainsKey(name))
            {
                var record = new CacheRecord(name, CacheRecord.Mount, description, "", null, [], 0, _clock.GetUtcNow(), null, 0);
                CacheRows.Insert(_database, record, null);
                _records[name] = record;
            }

            _pins[name] = _pins.GetValueOrDefault(name) + 1;
        }
    }

    /// <summary>A step no longer has it.</summary>
    internal void EndMount(string name, long size)
    {
        lock (_gate)
        {
            _records[name] = _records[name] with { Size = size };
            Unpin(name);
        }
    }

    internal bool IsInUse(string id)
    {
        lock (_gate)
        {
            return _pins.ContainsKey(id);
        }
    }

    /// <summary>Forgets a record, unless somebody relies on it.</summary>
    /// <returns>Whether it is gone.</returns>
    internal bool TryRemove(string id)
    {
        lock (_gate)
        {
            if (_pins.ContainsKey(id) || !_records.Remove(id))
            {
                return false;
            }

            _touched.Remove(id);
            _database.Execute("DELETE FROM build_records WHERE id = $1", id);
            foreach (Digest key in _keys.Where(entry => entry.Value == id).Select(entry => entry.Key).ToList())
            {
                _keys.Remove(key);
            }

            return true;
        }
    }

    /// <summary>The inputs of the record that a step which is not in the cache most likely was before; null when there is none.</summary>
    internal IReadOnlyList<KeyInput>? InputsBefore(string slot, string description)
    {
        CacheRecord? before;
        lock (_gate)
        {
            before = _records.Values
                .Where(record => record.Kind == CacheRecord.Step && record.Slot == slot)
                .OrderByDescending(record => record.Description == description)
                .ThenByDescending(record => record.LastUsed ?? record.Created)
                .FirstOrDefault();
        }

        return before is null ? null : _database.Query("SELECT inputs FROM build_records WHERE id = $1", row => CacheInputs.Unpack((byte[])row[0]), before.Id)
            .FirstOrDefault();
    }

    /// <summary>A build has ended: what it relied on may go, and was used now.</summary>
    internal void Release(CachePins pins)
    {
        lock (_gate)
        {
            foreach (string id in pins.Ids)
            {
                Unpin(id);
            }
        }
    }

    /// <summary>Writes down what was used since the last time.</summary>
    internal void Flush()
    {
        lock (_gate)
        {
            if (_touched.Count == 0)
            {
                return;
            }

            _database.InTransaction(database =>
            {
                foreach (string id in _touched)
                {
                    CacheRows.Update(database, _records[id]);
                }
            });
            _touched.Clear();
        }
    }

    private void Pin(string id, CachePins pins)
    {
        if (pins.Ids.Add(id))
        {
            _pins[id] = _pins.GetValueOrDefault(id) + 1;
        }
    }

    private void Unpin(string id)
    {
        if (--_pins[id] == 0)
        {
            _pins.Remove(id);
        }

        CacheRecord record = _records[id];
        _records[id] = record with { LastUsed = _clock.GetUtcNow(), UseCount = record.UseCount + 1 };
        _touched.Add(id);
    }

    private static void AddKey(Database database, Digest key, string record) =>
        database.Execute("INSERT OR REPLACE INTO build_keys (key, record) VALUES ($1, $2)", key.ToString(), record);

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
}

/// <summary>The records that one build relies on.</summary>
internal sealed class CachePins
{
    internal HashSet<string> Ids { get; } = new(StringComparer.Ordinal);
}

/// <summary>What a step made.</summary>
internal sealed record NewRecord(
    string Description, string Slot, Digest? Layer, IReadOnlyList<string> Parents, long Size, DateTimeOffset Created);
