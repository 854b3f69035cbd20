using Microsoft.Data.Sqlite;
using Wharf.Engine.Store;
using Wharf.Oci;

namespace Wharf.Engine.Builds.Cache;

/// <summary>Cache records as rows.</summary>
internal static class CacheRows
{
    internal static CacheRecord Read(SqliteDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        row.GetString(3),
        row.IsDBNull(4) ? null : Digest.Parse(row.GetString(4)),
        row.GetString(5).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        row.GetInt64(6),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(7)),
        row.IsDBNull(8) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(8)),
        row.GetInt32(9));

    internal static void Insert(Database database, CacheRecord record, byte[]? inputs) => database.Execute(
        """
        INSERT INTO build_records (id, kind, description, slot, layer, parents, size, created, last_used, use_count, inputs)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """,
        record.Id,
        record.Kind,
        record.Description,
        record.Slot,
        record.Layer?.ToString(),
        string.Join(' ', record.Parents),
        record.Size,
        record.Created.ToUnixTimeMilliseconds(),
        record.LastUsed?.ToUnixTimeMilliseconds(),
        record.UseCount,
        inputs);

    internal static void Update(Database database, CacheRecord record) => database.Execute(
        "UPDATE build_records SET size = $1, last_used = $2, use_count = $3 WHERE id = $4",
        record.Size,
        record.LastUsed?.ToUnixTimeMilliseconds(),
        record.UseCount,
        record.Id);
}
