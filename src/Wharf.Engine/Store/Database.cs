using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Files;

namespace Wharf.Engine.Store;

/// <summary>
/// The engine's rows. One connection, one writer at a time, write-ahead log with full sync: a statement that returned is on disk.
/// Schema changes are numbered in <see cref="Migrations"/>; a file newer than this build is refused rather than guessed at.
/// </summary>
public sealed class Database : IDisposable
{
    /// <summary>
    /// What the write-ahead log may need: it is written back at 4 MiB (wal_autocheckpoint's 1,000 pages). With that much set aside, a full disk
    /// stops neither the recording of a container's end nor the removals that make room again.
    /// </summary>
    private const long ReservedForLog = 8 << 20;

    /// <summary>SQLITE_FULL (sqlite.org/rescode.html).</summary>
    private const int Full = 13;

    private readonly SqliteConnection _connection;
    private readonly string _path;
    private readonly Lock _gate = new();

    private Database(SqliteConnection connection, string path) => (_connection, _path) = (connection, path);

    /// <summary>Opens or makes <paramref name="path"/> and brings it to the newest schema.</summary>
    /// <exception cref="WharfException">The file was written by a newer version.</exception>
    public static Database Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        var database = new Database(connection, path);
        try
        {
            // Before the first access to the log: its index is then kept in memory. As a mapped file, a full disk makes it a SIGBUS (wal.html, 8).
            database.Execute("PRAGMA locking_mode=EXCLUSIVE");
            database.Execute("PRAGMA journal_mode=WAL");
            database.Execute("PRAGMA synchronous=FULL");
            database.Execute("PRAGMA foreign_keys=ON");
            database.Migrate();
            database.ReserveLog();
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
            try
            {
                using SqliteCommand command = Prepare(sql, parameters);
                return command.ExecuteNonQuery();
            }
            catch (SqliteException failure) when (failure.SqliteErrorCode == Full)
            {
                throw DiskFull(failure);
            }
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
            try
            {
                using SqliteTransaction transaction = _connection.BeginTransaction(deferred: false);
                work(this);
                transaction.Commit();
            }
            catch (SqliteException failure) when (failure.SqliteErrorCode == Full)
            {
                throw DiskFull(failure);
            }
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

    private WharfException DiskFull(SqliteException failure) =>
        new(ErrorKind.Internal, $"write {_path}: no space left on device", failure);

    /// <summary>
    /// Only the log: closing a descriptor of the database itself would drop the locks that SQLite holds on it (fcntl(2)). Where the file system
    /// cannot set space aside, a full disk is an error like any other.
    /// </summary>
    private void ReserveLog()
    {
        using SafeFileHandle log = File.OpenHandle(_path + "-wal", FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        _ = DiskSpace.TryReserve(log, ReservedForLog);
    }

    private void Migrate()
    {
        long version = Query("PRAGMA user_version", row => row.GetInt64(0))[0];
        if (version > Migrations.All.Count)
        {
            throw new WharfException(
                ErrorKind.Unavailable,
                $"{_path} has schema {version}, newer than the {Migrations.All.Count} that this version of wharf knows: start the version that wrote it");
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
