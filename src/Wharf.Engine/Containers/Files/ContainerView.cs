using Wharf.Engine.Containers.Lifecycle;
using Wharf.Engine.Containers.Mounts;
using Wharf.Engine.Containers.Registry;
using Wharf.Linux;
using Wharf.Linux.Files;
using Wharf.Linux.Mounts;
using Wharf.Linux.Namespaces;

namespace Wharf.Engine.Containers.Files;

/// <summary>
/// The files of a container as it sees them, volumes and all. Of one that runs this is what its own mount namespace shows; for one that does
/// not, root and mounts are put together in a namespace that only the view knows, and that goes with it. Paths are looked up inside, whatever
/// the container does to its links meanwhile (docs/copy.md).
/// </summary>
internal sealed class ContainerView : IDisposable
{
    private readonly MountNamespace _namespace;
    private readonly IDisposable? _hold;

    private ContainerView(ContainerSnapshot container, MountNamespace mounts, IDisposable? hold)
    {
        Container = container;
        _namespace = mounts;
        _hold = hold;
    }

    internal ContainerSnapshot Container { get; }

    internal RootedDirectory Root => _namespace.Root;

    /// <summary>Opens the view. As long as it is open, a container that does not run cannot be started: two mounts would have one upper directory.</summary>
    /// <exception cref="WharfException">NotFound or Conflict.</exception>
    internal static async Task<ContainerView> OpenAsync(ContainerDependencies engine, string idOrName, CancellationToken cancellationToken)
    {
        LockedContainer locked = await engine.Registry.EnterAsync(idOrName, cancellationToken);
        bool isHeld = true;
        try
        {
            ContainerSnapshot container = locked.Snapshot;
            if (container.State.Status is ContainerStatus.Dead or ContainerStatus.Removing)
            {
                throw WharfException.Conflict($"container {container.Id} is marked for removal and its files cannot be reached");
            }

            if (container.State.HasProcess)
            {
                return new ContainerView(container, OfProcess(container), hold: null);
            }

            MountNamespace mounts = MountNamespace.Create(
                () => Mount(container, engine.Images.Resolve(container.ImageId).LayerDirectories), container.Paths.Merged, container.Id);
            isHeld = false;
            return new ContainerView(container, mounts, locked);
        }
        finally
        {
            if (isHeld)
            {
                locked.Dispose();
            }
        }
    }

    public void Dispose()
    {
        _namespace.Dispose();
        _hold?.Dispose();
    }

    private static MountNamespace OfProcess(ContainerSnapshot container)
    {
        try
        {
            return MountNamespace.Of(container.State.Pid, container.State.PidStartTime, container.Id);
        }
        catch (LinuxException failure) when (failure.Errno is Errno.ESRCH or Errno.ENOENT)
        {
            throw new WharfException(ErrorKind.Conflict, $"container {container.Id} has just ended: try again", failure);
        }
    }

    /// <summary>In the new namespace: as a start would, but that nothing runs; a source that is gone is simply not there.</summary>
    private static void Mount(ContainerSnapshot container, IReadOnlyList<string> layers)
    {
        RootFilesystem.Mount(container.Paths, layers, isVolatile: false);
        using var root = new RootedDirectory(container.Paths.Merged);
        foreach (MountPoint point in container.Mounts.Where(IsOnDisk).OrderBy(point => point.Destination, StringComparer.Ordinal))
        {
            BindMount.Attach(point.Source, root, point.Destination, !point.Writable, withThoseBelow: point.Options.Contains("rbind"));
        }

        foreach ((string source, string target) in EtcFiles.Of(container).Where(file => File.Exists(file.Source)))
        {
            BindMount.Attach(source, root, target, readOnly: false, withThoseBelow: false);
        }
    }

    private static bool IsOnDisk(MountPoint point) => point.Type != "tmpfs" && Path.Exists(point.Source);
}
