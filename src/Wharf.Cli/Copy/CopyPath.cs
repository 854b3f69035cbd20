namespace Wharf.Cli.Copy;

/// <summary>Paths of <c>cp</c>, on either side: an end of <c>/</c> says "a directory", one of <c>/.</c> "what is in it".</summary>
internal static class CopyPath
{
    /// <summary>Without <c>//</c>, <c>.</c> and <c>..</c>, but with the end it was given.</summary>
    internal static string Clean(string path) => WithEndOf(Shorten(path), path);

    /// <summary>The directory that a path is in and its last component; of <c>/a/.</c> these are <c>/a</c> and a dot, of <c>/</c> twice itself.</summary>
    internal static (string Directory, string Name) Split(string path)
    {
        string clean = Shorten(path);
        if (MeansContents(path))
        {
            return (clean, ".");
        }

        int slash = clean.LastIndexOf('/');
        return clean == "/" ? ("/", "/") : slash < 0 ? (".", clean) : (slash == 0 ? "/" : clean[..slash], clean[(slash + 1)..]);
    }

    internal static bool MeansContents(string path)
    {
        string trimmed = path.TrimEnd('/');
        return path.Length == 0 || trimmed == "." || trimmed.EndsWith("/.", StringComparison.Ordinal);
    }

    internal static bool MeansDirectory(string path) => path.EndsWith('/') || MeansContents(path);

    /// <summary>What a link at <paramref name="path"/> leads to, seen from where the path is seen from.</summary>
    internal static string Follow(string path, string target) => target.StartsWith('/') ? target : Shorten($"{Split(path).Directory}/{target}");

    /// <summary>Gives <paramref name="resolved"/> the end that <paramref name="path"/> has.</summary>
    internal static string WithEndOf(string resolved, string path) =>
        MeansContents(path) && !MeansContents(resolved) ? $"{resolved.TrimEnd('/')}/."
        : path.EndsWith('/') && !resolved.EndsWith('/') ? resolved + "/"
        : resolved;

    private static string Shorten(string path)
    {
        bool isRooted = path.StartsWith('/');
        var parts = new List<string>();
        foreach (string part in path.Split('/').Where(part => part is not ("" or ".")))
        {
            if (part == ".." && parts is [.., not ".."])
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".." || !isRooted)
            {
                parts.Add(part);
            }
        }

        string joined = string.Join('/', parts);
        return isRooted ? "/" + joined : joined.Length > 0 ? joined : ".";
    }
}
