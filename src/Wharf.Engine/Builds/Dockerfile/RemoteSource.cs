namespace Wharf.Engine.Builds.Dockerfile;

/// <summary>Which sources of ADD are fetched, told by their form alone.</summary>
internal static class RemoteSource
{
    internal static bool IsHttp(string source) =>
        source.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || source.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// <c>git://</c>, <c>ssh://</c>, <c>git@host:path</c>, or an http URL whose path ends with <c>.git</c>; <c>#ref:directory</c> or a query may
    /// follow.
    /// </summary>
    internal static bool IsGit(string source)
    {
        int end = source.IndexOfAny(['#', '?']);
        return source.StartsWith("git://", StringComparison.Ordinal)
            || source.StartsWith("ssh://", StringComparison.Ordinal)
            || source.StartsWith("git@", StringComparison.Ordinal)
            || (IsHttp(source) && (end < 0 ? source : source[..end]).EndsWith(".git", StringComparison.Ordinal));
    }
}
