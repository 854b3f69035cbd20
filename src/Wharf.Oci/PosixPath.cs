namespace Wharf.Oci;

/// <summary>Paths of the image and of the build context, as text: Go's package <c>path</c>, whose results end up in configs and keys.</summary>
public static class PosixPath
{
    /// <summary>The shortest path that names the same: no <c>//</c>, no <c>.</c>, no <c>..</c> that could be resolved, no <c>/</c> at the end.</summary>
    public static string Clean(string path)
    {
        bool isRooted = path.StartsWith('/');
        List<string> parts = [];
        foreach (string part in path.Split('/'))
        {
            if (part is "" or ".")
            {
                continue;
            }

            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count > 0 && parts[^1] != "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (!isRooted)
            {
                parts.Add(part);
            }
        }

        string joined = string.Join('/', parts);
        return isRooted ? "/" + joined : joined.Length > 0 ? joined : ".";
    }

    /// <summary>The path as seen from a directory.</summary>
    public static string Join(string directory, string path) => Clean(path.StartsWith('/') ? path : $"{directory}/{path}");

    /// <summary>The last component.</summary>
    public static string BaseName(string path)
    {
        string trimmed = path.TrimEnd('/');
        return trimmed[(trimmed.LastIndexOf('/') + 1)..];
    }
}
