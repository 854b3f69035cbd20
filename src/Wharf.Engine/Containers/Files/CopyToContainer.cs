using System.Text;
using Wharf.Engine.Containers.Security;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Unpack;
using Wharf.Linux;
using Wharf.Linux.Files;
using ZstdSharp;

namespace Wharf.Engine.Containers.Files;

/// <summary>Where and how an archive is unpacked in a container.</summary>
/// <param name="Path">An existing directory.</param>
/// <param name="KeepsKinds">It is an error when a directory is to take the place of something else, or the other way round.</param>
/// <param name="AsContainerUser">What is made belongs to the user that the container runs as, if one is set.</param>
public sealed record CopyRequest(string Path, bool KeepsKinds, bool AsContainerUser);

/// <summary><c>cp</c> into a container: unpacks an archive, compressed or not, in one of its directories.</summary>
internal sealed class CopyToContainer(ContainerDependencies engine)
{
    /// <exception cref="WharfException">NotFound, or InvalidArgument: it is no directory, read-only, or the archive is malformed.</exception>
    internal async Task RunAsync(string idOrName, CopyRequest request, Stream archive, CancellationToken cancellationToken)
    {
        using ContainerView view = await ContainerView.OpenAsync(engine, idOrName, cancellationToken);
        string directory = view.Root.Resolve(request.Path);
        TreeEntry entry = view.Root.EntryOf(directory) ?? throw ContainerFile.NotFound(request.Path, idOrName);
        if (entry.Type != TreeEntryType.Directory)
        {
            throw WharfException.Invalid("extraction point is not a directory");
        }

        RequireWritable(view.Container, "/" + directory);
        ContainerUser? owner = request.AsContainerUser && view.Container.Config.User.Length > 0
            ? ContainerUser.Lookup(view.Root.DescriptorPath, view.Container.Config.User, [])
            : null;
        await Task.Factory.StartNew(
            () => Unpack(view.Root, directory, request.KeepsKinds, owner, archive, cancellationToken),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        engine.Events.Publish(view.Container, "extract-to-dir");
    }

    /// <summary>The kernel would refuse too, but in words that name neither volume nor root.</summary>
    private static void RequireWritable(ContainerSnapshot container, string directory)
    {
        IEnumerable<MountPoint> around = container.Mounts.Where(mount => mount.Type != "tmpfs" && ContainerPath.IsWithin(directory, mount.Destination));
        if (around.MaxBy(mount => mount.Destination.Length) is { } mount)
        {
            if (!mount.Writable)
            {
                throw WharfException.Invalid("mounted volume is marked read-only");
            }
        }
        else if (container.HostConfig.ReadonlyRootfs)
        {
            throw WharfException.Invalid("container rootfs is marked read-only");
        }
    }

    private static void Unpack(
        RootedDirectory root, string directory, bool keepsKinds, ContainerUser? owner, Stream archive, CancellationToken cancellationToken)
    {
        try
        {
            using TreeWriter tree = root.OpenWriter(keepsKinds);
            using Stream tar = Decompression.Open(archive);
            using var reader = new TarReader(tar, TarLimits.Default);
            var files = new EntryWriter(reader, tree, Encoding.UTF8.GetBytes(directory));
            while (reader.Next() is { } entry)
            {
                cancellationToken.ThrowIfCancellationRequested();
                byte[] path = EntryPath.Normalize(entry.Name, entry.DisplayName);

                // The directory itself stays as it is.
                if (path.Length > 0)
                {
                    files.Add(entry, path, owner is null ? entry.Metadata : entry.Metadata with { Uid = owner.Uid, Gid = owner.Gid });
                }
            }

            reader.Drain();
            tree.Finish();
        }
        catch (FileKindException conflict)
        {
            string there = conflict.IsDirectory ? "directory" : "non-directory";
            string wanted = conflict.IsDirectory ? "non-directory" : "directory";
            throw new WharfException(ErrorKind.Internal, $"cannot overwrite {there} \"/{conflict.Path}\" with {wanted} \"/{directory}\"", conflict);
        }
        catch (LinuxException refused)
        {
            throw new WharfException(
                ErrorKind.Internal, $"{refused.Operation} /{refused.Target.TrimStart('/')}: {refused.Errno.Message()}", refused);
        }
        catch (Exception malformed) when (malformed is InvalidDataException or ZstdException)
        {
            throw WharfException.Invalid($"the archive cannot be decompressed: {malformed.Message}");
        }
    }
}
