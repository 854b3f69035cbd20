namespace Wharf.Linux.Files;

/// <summary>Files that a reader finds either as they were or as they are meant to be (rename(2)).</summary>
public static class AtomicFile
{
    /// <summary>Replaces <paramref name="path"/> whole. Not synced: for what a reboot takes away anyway.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string temporary = path + ".new";
        File.WriteAllBytes(temporary, content);
        File.Move(temporary, path, overwrite: true);
    }
}
