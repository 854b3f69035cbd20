namespace Wharf.Engine.Store;

internal static partial class Migrations
{
    private const string Volumes = """
        CREATE TABLE volumes (
            name    TEXT PRIMARY KEY,
            driver  TEXT NOT NULL,
            created INTEGER NOT NULL,   -- unix milliseconds
            labels  TEXT NOT NULL,      -- JSON object
            options TEXT NOT NULL       -- JSON object
        ) WITHOUT ROWID;

        CREATE TABLE volume_users (
            volume    TEXT NOT NULL REFERENCES volumes (name) ON DELETE CASCADE,
            container TEXT NOT NULL,
            PRIMARY KEY (container, volume)
        ) WITHOUT ROWID;
        """;
}
