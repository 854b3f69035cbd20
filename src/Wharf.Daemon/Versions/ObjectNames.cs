namespace Wharf.Daemon.Versions;

/// <summary>
/// Names of images and plugins contain slashes, which a route parameter cannot. Those inside a name are escaped before routing, so that
/// <c>/images/{name}/json</c> is an ordinary route, and unescaped by the handler (<see cref="Of"/>).
/// </summary>
internal static class ObjectNames
{
    private const string EscapedSlash = "%2F";
    private static readonly string[] Families = ["/images/", "/distribution/", "/plugins/"];

    /// <summary>What may follow a name; anything else is part of it.</summary>
    private static readonly HashSet<string> Verbs =
        ["json", "history", "push", "tag", "get", "attestations", "enable", "disable", "upgrade", "set"];

    /// <summary>The route parameter <paramref name="key"/> as the client meant it.</summary>
    internal static string Of(HttpContext context, string key = "name")
    {
        string value = (string)context.Request.RouteValues[key]!;
        return value.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(value) : value;
    }

    internal static string EscapeSlashes(string path)
    {
        foreach (string family in Families)
        {
            if (path.StartsWith(family, StringComparison.Ordinal))
            {
                int end = path.LastIndexOf('/');
                if (end < family.Length || !Verbs.Contains(path[(end + 1)..]))
                {
                    end = path.Length;
                }

                string name = path[family.Length..end];
                return name.Contains('/', StringComparison.Ordinal)
                    ? string.Concat(family, name.Replace("/", EscapedSlash, StringComparison.Ordinal), path.AsSpan(end))
                    : path;
            }
        }

        return path;
    }
}
