namespace Wharf.Engine.Store;

internal static partial class Migrations
{
    private const string Networks = """
        SELECT 1;
        """;
}
