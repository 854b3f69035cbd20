namespace Wharf.Engine.Store;

internal static partial class Migrations
{
    private const string Volumes = """
        SELECT 1;
        """;
}
