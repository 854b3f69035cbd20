namespace Wharf.Linux.Files;

/// <summary>Times of all files in a tree.</summary>
public static class TreeTimes
{
    /// <summary>Sets every time of modification later than <paramref name="latest"/> (seconds since 1970) to it, the root's own included.</summary>
    /// <exception cref="LinuxException"/>
    public static void Clamp(string root, long latest)
    {
        using var tree = new TreeReader(root);
        do
        {
            ref readonly TreeEntry entry = ref tree.Entry;
            if (entry.ModifiedSeconds > latest || (entry.ModifiedSeconds == latest && entry.ModifiedNanoseconds > 0))
            {
                tree.SetModified(latest);
            }
        }
        while (tree.Next());
    }
}
