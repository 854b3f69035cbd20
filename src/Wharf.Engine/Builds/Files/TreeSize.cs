using Wharf.Linux.Files;

namespace Wharf.Engine.Builds.Files;

/// <summary>How much a directory holds.</summary>
internal static class TreeSize
{
    /// <summary>Bytes of the regular files, each counted once however many names it has.</summary>
    internal static long Of(string directory)
    {
        HashSet<FileIdentity> counted = [];
        long size = 0;
        using var reader = new TreeReader(directory);
        while (reader.Next())
        {
            if (reader.Entry.Type == TreeEntryType.Regular && (reader.Entry.Links == 1 || counted.Add(reader.Entry.Identity)))
            {
                size += reader.Entry.Size;
            }
        }

        return size;
    }
}
