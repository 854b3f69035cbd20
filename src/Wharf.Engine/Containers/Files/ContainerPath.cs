using Wharf.Oci;

namespace Wharf.Engine.Containers.Files;

/// <summary>Paths of <c>cp</c>: whether one ends with <c>/</c> or <c>/.</c> says what is meant, so that they are shortened only before that.</summary>
internal static class ContainerPath
{
    /// <summary>Absolute and without <c>..</c>, but with the end it was given.</summary>
    internal static string Normalize(string path)
    {
        string clean = PosixPath.Clean("/" + path);
        bool meansContents = LastOf(path) == ".";
        return clean == "/" ? meansContents ? "/." : "/" : clean + (meansContents ? "/." : path.EndsWith('/') ? "/" : "");
    }

    /// <summary>The last component as written: of <c>/a/.</c> that is <c>.</c>, of <c>/</c> it is <c>/</c>.</summary>
    internal static string BaseName(string normalized) => LastOf(normalized) is { Length: > 0 } last ? last : "/";

    /// <summary>Whether <paramref name="path"/> is <paramref name="directory"/> or below it; both absolute and clean.</summary>
    internal static bool IsWithin(string path, string directory) =>
        path == directory || directory == "/" || path.StartsWith(directory + "/", StringComparison.Ordinal);

    private static string LastOf(string path) => PosixPath.BaseName(path);
}
