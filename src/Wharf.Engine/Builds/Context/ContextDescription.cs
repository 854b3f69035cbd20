using System.Text;
using Wharf.Oci;
using Wharf.Oci.Ignore;

namespace Wharf.Engine.Builds.Context;

/// <summary>
/// What a build sees of a context whose client did not apply <c>.dockerignore</c>, or not to all of it: Docker's own leaves Dockerfile and
/// ignore file in, since the daemon needs them.
/// </summary>
/// <param name="Files">All that came.</param>
/// <param name="Visible">Without what is ignored.</param>
/// <param name="DockerfileText">The Dockerfile, where the context has one; it may be ignored itself.</param>
public sealed record ContextDescription(StoredContext Files, IBuildContext Visible, string Dockerfile, byte[]? DockerfileText)
{
    private const int MaxFileBytes = 8 << 20;

    /// <exception cref="WharfException">InvalidArgument: the ignore file is malformed.</exception>
    public static ContextDescription Of(StoredContext files, string dockerfile)
    {
        string name = PathOf(files, dockerfile);
        byte[]? text = Read(files, name);
        foreach (string candidate in IgnoreFile.CandidatesFor(name))
        {
            if (Read(files, candidate) is { } rules)
            {
                return new ContextDescription(files, files.Showing(Seen(files, IgnoreRules.Parse(Encoding.UTF8.GetString(rules), candidate))), name, text);
            }
        }

        return new ContextDescription(files, files, name, text);
    }

    /// <summary>As Docker: without a <c>Dockerfile</c>, <c>dockerfile</c> will do.</summary>
    private static string PathOf(StoredContext files, string dockerfile)
    {
        const string Usual = "Dockerfile";
        string path = PosixPath.Clean("/" + dockerfile)[1..];
        return path == Usual && Find(files, path) is null && Find(files, "dockerfile") is not null ? "dockerfile" : path;
    }

    private static ContextEntry? Find(StoredContext files, string path) =>
        files.Entries.FirstOrDefault(entry => entry.Path == path && entry.Type == ContextEntryType.File);

    private static byte[]? Read(StoredContext files, string path)
    {
        if (Find(files, path) is not { } entry)
        {
            return null;
        }

        return entry.Size <= MaxFileBytes
            ? File.ReadAllBytes(Path.Combine(files.Root, path))
            : throw WharfException.Invalid($"{path} is larger than {MaxFileBytes >> 20} MiB");
    }

    /// <summary>Directories that are ignored, but have an exception in them, are there.</summary>
    private static List<ContextEntry> Seen(StoredContext files, IgnoreFile ignore)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (ContextEntry entry in files.Entries.Where(entry => !ignore.IsIgnored(entry.Path)))
        {
            for (string path = entry.Path; path.Length > 0 && seen.Add(path); path = ContextPath.ParentOf(path))
            {
            }
        }

        return [.. files.Entries.Where(entry => seen.Contains(entry.Path))];
    }
}
