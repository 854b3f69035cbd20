using Wharf.Engine.Containers.Lifecycle;
using Wharf.Linux.Files;

namespace Wharf.Engine.Containers.Mounts;

/// <summary>
/// Fills new volumes with what the image has at their place, as Docker does: so that a database finds its files. The root is mounted for it,
/// once, and only if some volume is empty.
/// </summary>
internal sealed class CopyUp(ContainerPaths paths, IReadOnlyList<string> layers) : IDisposable
{
    private bool _mounted;

    /// <summary>Copies <paramref name="target"/> of the image, owner and mode of the directory included, into an empty volume.</summary>
    internal void Fill(string volume, string target)
    {
        if (Directory.EnumerateFileSystemEntries(volume).Any())
        {
            return;
        }

        if (!_mounted)
        {
            RootFilesystem.Mount(paths, layers, isVolatile: false);
            _mounted = true;
        }

        if (RootedFiles.Resolve(paths.Merged, target) is { } source && Directory.Exists(source))
        {
            TreeCopy.Copy(source, volume);
        }
    }

    public void Dispose()
    {
        if (_mounted)
        {
            RootFilesystem.Unmount(paths);
        }
    }
}
