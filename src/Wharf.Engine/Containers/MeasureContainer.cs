using Wharf.Linux.Files;

namespace Wharf.Engine.Containers;

/// <summary>How much disk a container takes (<c>ps --size</c>).</summary>
internal sealed class MeasureContainer(ContainerDependencies engine)
{
    internal ContainerSize Run(string idOrName)
    {
        ContainerSnapshot container = engine.Registry.Find(idOrName).Snapshot;
        long written = WrittenBytes(container.Paths.Upper);
        long image = engine.Images.Resolve(container.ImageId).LayerDirectories.Sum(WrittenBytes);
        return new ContainerSize(written, written + image);
    }

    /// <summary>Apparent size of all regular files below a directory, each file once.</summary>
    internal static long WrittenBytes(string directory)
    {
        long total = 0;
        HashSet<ulong> linked = [];
        var all = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, ReturnSpecialDirectories = false };
        foreach (string path in Directory.EnumerateFileSystemEntries(directory, "*", all))
        {
            if (FileStatus.TryGet(path, out FileStatus? status, out _) && status!.Type == FileType.Regular
                && (status.Links == 1 || linked.Add(status.Inode)))
            {
                total += status.Size;
            }
        }

        return total;
    }
}
