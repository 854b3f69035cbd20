namespace Wharf.Engine.Store;

internal static partial class Migrations
{
    private const string Containers = """
        SELECT 1;
        """;
}
