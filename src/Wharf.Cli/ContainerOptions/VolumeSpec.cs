namespace Wharf.Cli.ContainerOptions;

/// <summary><c>-v [source:]target[:options]</c>. The daemon takes it apart in full; here only what concerns the client's own side.</summary>
internal static class VolumeSpec
{
    /// <returns>True with the text for the daemon if it names a source; false if it is an anonymous volume at that target.</returns>
    internal static bool TryParseBind(string text, out string bind)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            bind = text;
            return false;
        }

        string source = text[..colon];
        if (source.Length == 0)
        {
            throw new FormatException($"invalid spec: {text}: empty section between colons");
        }

        // A relative path is relative to the caller, whom the daemon cannot see; a bare word is a volume's name.
        bind = source is "." or ".." || source.StartsWith("./", StringComparison.Ordinal) || source.StartsWith("../", StringComparison.Ordinal)
            ? Path.GetFullPath(source) + text[colon..]
            : text;
        return true;
    }
}
