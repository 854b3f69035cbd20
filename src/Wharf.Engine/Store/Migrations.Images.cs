namespace Wharf.Engine.Store;

internal static partial class Migrations
{
    // What an image is stands in its config, a blob; rows say which images there are, what they need, and who needs them.
    private const string Images = """
        CREATE TABLE layers (
            diff_id TEXT PRIMARY KEY,
            size    INTEGER NOT NULL    -- bytes of its regular files
        ) WITHOUT ROWID;

        CREATE TABLE images (
            id          TEXT PRIMARY KEY,   -- digest of the config
            manifest    TEXT,
            last_tagged INTEGER             -- unix milliseconds
        ) WITHOUT ROWID;

        CREATE TABLE image_layers (
            image      TEXT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
            position   INTEGER NOT NULL,    -- 0 is the lowest
            diff_id    TEXT NOT NULL REFERENCES layers (diff_id),
            blob       TEXT,                -- archive in the content store that has this layer
            PRIMARY KEY (image, position)
        ) WITHOUT ROWID;

        CREATE TABLE image_references (
            reference TEXT PRIMARY KEY,     -- canonical, with a tag or a digest
            image     TEXT NOT NULL REFERENCES images (id) ON DELETE CASCADE
        ) WITHOUT ROWID;

        CREATE TABLE image_users (
            container TEXT PRIMARY KEY,
            image     TEXT NOT NULL
        ) WITHOUT ROWID;
        """;
}
