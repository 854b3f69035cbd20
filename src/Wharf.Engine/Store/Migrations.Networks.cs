namespace Wharf.Engine.Store;

internal static partial class Migrations
{
    // Sandboxes are not here: they live exactly as long as the kernel's objects, so their files are in the run directory.
    private const string Networks = """
        CREATE TABLE networks (
            id       TEXT PRIMARY KEY,
            name     TEXT NOT NULL UNIQUE,
            document TEXT NOT NULL
        ) WITHOUT ROWID;
        """;
}
