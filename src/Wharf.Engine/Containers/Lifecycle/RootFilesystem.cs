using Wharf.Linux.Files;
using Wharf.Linux.Mounts;

namespace Wharf.Engine.Containers.Lifecycle;

/// <summary>A container's root: the image's layers with its own on top, mounted only while it runs.</summary>
internal static class RootFilesystem
{
    /// <summary>overlayfs refuses to reuse a work directory of a volatile mount, in case data was lost; here its loss was agreed on.</summary>
    private const string VolatileMark = "/work/incompat";

    /// <exception cref="Linux.LinuxException">The kernel refused.</exception>
    internal static void Mount(ContainerPaths paths, IReadOnlyList<string> layers, bool isVolatile)
    {
        if (Directory.Exists(paths.Work + VolatileMark))
        {
            TreeRemoval.Remove(paths.Work + VolatileMark);
        }

        OverlayMount.Mount(layers, paths.Upper, paths.Work, paths.Merged, isVolatile);
    }

    internal static void Unmount(ContainerPaths paths) => MountTable.Detach(paths.Merged);

    /// <summary>Takes away everything of a container that is on disk, mounted or not.</summary>
    internal static void Remove(ContainerPaths paths)
    {
        if (Directory.Exists(paths.Root))
        {
            MountTable.Detach(paths.Merged);
            MountTable.Detach(paths.SharedMemory);
        }

        TreeRemoval.Remove(paths.Run);
        TreeRemoval.Remove(paths.Root);
    }
}
