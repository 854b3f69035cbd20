using Wharf.Engine.Images.Pack;
using Wharf.Linux.Fds;
using Wharf.Linux.Mounts;

namespace Wharf.Engine.Containers;

/// <summary><c>export</c>: a container's whole root as an archive. Of one that does not run, its layers are laid over one another for as long.</summary>
internal sealed class ExportContainer(ContainerDependencies engine)
{
    /// <exception cref="WharfException">NotFound or Conflict, before the first byte.</exception>
    internal Task RunAsync(string idOrName, Stream output, CancellationToken cancellationToken)
    {
        ContainerSnapshot container = engine.Registry.Find(idOrName).Snapshot;
        if (container.State.Status is ContainerStatus.Dead or ContainerStatus.Removing)
        {
            string state = container.State.Status == ContainerStatus.Dead ? "Dead" : "being removed";
            throw WharfException.Conflict($"You cannot export container {container.Id} which is {state}");
        }

        return ArchiveOutput.WriteAsync(output, pipe =>
        {
            Pack(container, new TarWriter(pipe), cancellationToken);
            engine.Events.Publish(container, "export");
        });
    }

    private void Pack(ContainerSnapshot container, TarWriter archive, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> layers = engine.Images.Resolve(container.ImageId).LayerDirectories;
        if (container.State.HasProcess)
        {
            TreePacker.PackRoot(container.Paths.Merged, archive, cancellationToken);
        }
        else if (layers.Count == 0)
        {
            TreePacker.PackRoot(container.Paths.Upper, archive, cancellationToken);
        }
        else
        {
            using var root = new OpenDirectory(OverlayMount.OpenReadOnly([container.Paths.Upper, .. layers], container.Paths.Merged));
            TreePacker.PackRoot(root.Path, archive, cancellationToken);
        }
    }
}
