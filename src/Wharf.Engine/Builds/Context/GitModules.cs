namespace Wharf.Engine.Builds.Context;

/// <summary>What <c>.gitmodules</c> says (gitmodules(5)).</summary>
internal sealed class GitModules
{
    private readonly Dictionary<string, string> _urls;

    private GitModules(Dictionary<string, string> urls) => _urls = urls;

    /// <param name="list">Of <c>git config --null --list</c>: each key, a newline, its value.</param>
    internal static GitModules Parse(string list)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (string[] pair in list.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(entry => entry.Split('\n', 2)))
        {
            values[pair[0]] = pair.Length > 1 ? pair[1] : "";
        }

        const string PathSuffix = ".path";
        Dictionary<string, string> urls = new(StringComparer.Ordinal);
        foreach ((string key, string path) in values)
        {
            if (key.StartsWith("submodule.", StringComparison.Ordinal) && key.EndsWith(PathSuffix, StringComparison.Ordinal)
                && values.TryGetValue(key[..^PathSuffix.Length] + ".url", out string? url))
            {
                urls[path.TrimEnd('/')] = url;
            }
        }

        return new GitModules(urls);
    }

    /// <returns>Null when nothing is said of that path.</returns>
    internal string? UrlOf(string path) => _urls.GetValueOrDefault(path);
}
