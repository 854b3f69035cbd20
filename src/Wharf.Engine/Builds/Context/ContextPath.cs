using System.Text;

namespace Wharf.Engine.Builds.Context;

/// <summary>Paths inside a context, as clients name them: checked here, so that everybody behind can believe them.</summary>
internal static class ContextPath
{
    private const int MaxBytes = 4096; // PATH_MAX
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="WharfException">It is no relative path without <c>.</c>, <c>..</c> and empty components.</exception>
    internal static string Check(string path)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(path) > MaxBytes)
        {
            throw WharfException.Invalid($"build context: \"{path}\" is no path");
        }

        foreach (Range range in path.AsSpan().Split('/'))
        {
            if (path.AsSpan()[range] is "" or "." or "..")
            {
                throw WharfException.Invalid($"build context: \"{path}\" leads out of the context");
            }
        }

        return path;
    }

    /// <exception cref="WharfException">The bytes are no text: neither patterns nor instructions could name such a file.</exception>
    internal static string FromBytes(ReadOnlySpan<byte> path)
    {
        try
        {
            return s_strict.GetString(path);
        }
        catch (DecoderFallbackException)
        {
            throw WharfException.Invalid($"build context: the name {Encoding.UTF8.GetString(path)} is not valid UTF-8");
        }
    }

    /// <summary>Empty for what lies directly in the root.</summary>
    internal static string ParentOf(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];
}
