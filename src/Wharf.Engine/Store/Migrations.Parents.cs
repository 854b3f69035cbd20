namespace Wharf.Engine.Store;

internal static partial class Migrations
{
    // The image that one was made from here (commit, build); it may go before its children do.
    private const string Parents = "ALTER TABLE images ADD COLUMN parent TEXT REFERENCES images (id) ON DELETE SET NULL";
}
