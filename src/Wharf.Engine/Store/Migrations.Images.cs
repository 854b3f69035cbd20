namespace Wharf.Engine.Store;

internal static partial class Migrations
{
    private const string Images = """
        SELECT 1;
        """;
}
