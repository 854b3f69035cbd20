namespace Wharf.Engine.Store;

internal static partial class Migrations
{
    // "document" is what was asked for and never changes but by update; "state" what happened since.
    private const string Containers = """
        CREATE TABLE containers (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            document TEXT NOT NULL,
            state TEXT NOT NULL,
            restart_count INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID;
        """;
}
