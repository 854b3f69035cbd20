using Microsoft.Data.Sqlite;

namespace Wharf.Engine.Store;

/// <summary>
/// The engine's rows. One connection, one writer at a time, write-ahead log with full sync: a statement that returned is on disk.
/// Schema changes are numbered in <see cref="Migrations"/>; a file newer than this build is refused rather than guessed at.
/// </summary>
public sealed class Database : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Lock _gate = new();

    private Database(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens or makes <paramref name="path"/> and brings it to the newest schema.</summary>
    /// <exception cref="WharfException">The file was written by a newer version.</exception>
    public static Database Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        var database = new Database(connection);
        try
        {
            database.Execute("PRAGMA journal_mode=WAL");
            database.Execute("PRAGMA synchronous=FULL");
            database.Execute("PRAGMA foreign_keys=ON");
            database.Migrate(path);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Runs one statement; parameters are <c>$1</c>, <c>$2</c>, …</summary>
    /// <returns>Rows changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<object?> parameters)
    {
        lock (_gate)
        {
            using SqliteCommand command = Prepare(sql, parameters);
            return command.ExecuteNonQuery();
        }
    }

    /// <summary>Runs a query and reads each row while the database is held: <paramref name="read"/> must be short.</summary>
    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> parameters)
    {
        lock (_gate)
        {
            using SqliteCommand command = Prepare(sql, parameters);
            using SqliteDataReader reader = command.ExecuteReader();
            List<T> rows = [];
            while (reader.Read())
            {
                rows.Add(read(reader));
            }

            return rows;
        }
    }

    /// <summary>All or nothing: an exception from <paramref name="work"/> rolls back. Other threads wait meanwhile.</summary>
    public void InTransaction(Action<Database> work)
    {
        lock (_gate)
        {
            using SqliteTransaction transaction = _connection.BeginTransaction(deferred: false);
            work(this);
            transaction.Commit();
        }
    }

    public void Dispose() => _connection.Dispose();

    private SqliteCommand Prepare(string sql, ReadOnlySpan<object?> parameters)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        for (int i = 0; i < parameters.Length; i++)
        {
            command.Parameters.AddWithValue($"${i + 1}", parameters[i] ?? DBNull.Value);
        }

        return command;
    }

    private void Migrate(string path)
    {
        long version = Query("PRAGMA user_version", row => row.GetInt64(0))[0];
        if (version > Migrations.All.Count)
        {
            throw new WharfException(
                ErrorKind.Unavailable,
                $"{path} has schema {version}, newer than the {Migrations.All.Count} that this version of wharf knows: start the version that wrote it");
        }

        for (int next = (int)version; next < Migrations.All.Count; next++)
        {
            InTransaction(database =>
            {
                database.Execute(Migrations.All[next]);
                database.Execute($"PRAGMA user_version={next + 1}");
            });
        }
    }
}
