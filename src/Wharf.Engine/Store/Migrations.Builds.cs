namespace Wharf.Engine.Store;

internal static partial class Migrations
{
    // A record is what one step made; keys are the inputs that lead to it. Removing a layer's row, which happens when its directory is lost,
    // takes the records along.
    private const string Builds = """
        CREATE TABLE build_records (
            id          TEXT PRIMARY KEY,
            kind        TEXT NOT NULL,
            description TEXT NOT NULL,
            slot        TEXT NOT NULL,      -- stage and place in it, to find what a changed step was before
            layer       TEXT REFERENCES layers (diff_id) ON DELETE CASCADE,    -- null when the step changed nothing
            parents     TEXT NOT NULL,      -- ids, separated by blanks
            size        INTEGER NOT NULL,
            created     INTEGER NOT NULL,   -- unix milliseconds
            last_used   INTEGER,
            use_count   INTEGER NOT NULL,
            inputs      BLOB                -- compressed lines, name and value by turns
        );

        CREATE INDEX build_records_by_layer ON build_records (layer);

        CREATE TABLE build_keys (
            key    TEXT PRIMARY KEY,
            record TEXT NOT NULL REFERENCES build_records (id) ON DELETE CASCADE
        ) WITHOUT ROWID;

        CREATE INDEX build_keys_by_record ON build_keys (record);
        """;
}
