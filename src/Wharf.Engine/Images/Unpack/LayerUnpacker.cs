using Microsoft.Win32.SafeHandles;
using Wharf.Linux;
using Wharf.Linux.Fds;
using Wharf.Linux.Files;

namespace Wharf.Engine.Images.Unpack;

/// <summary>
/// Makes a layer's directory from its archive, in the form that overlayfs stacks: whiteouts become devices 0/0 and an attribute (image-spec,
/// layer.md, "Whiteouts"). Nothing an archive says reaches outside the directory.
/// </summary>
internal sealed class LayerUnpacker : IDisposable
{
    private readonly TarReader _archive;
    private readonly TreeWriter _tree;

    private LayerUnpacker(TarReader archive, string directory)
    {
        _archive = archive;
        _tree = new TreeWriter(directory);
    }

    /// <summary>Unpacks everything into the existing, empty <paramref name="directory"/>.</summary>
    /// <param name="durable">Whether it is to be on disk on return: what does not outlive this process needs not.</param>
    /// <returns>Bytes of the regular files.</returns>
    /// <exception cref="WharfException">The archive is malformed or hostile.</exception>
    /// <exception cref="LinuxException">The kernel refused; names the entry.</exception>
    internal static long Unpack(Stream tar, string directory, TarLimits limits, bool durable, CancellationToken cancellationToken)
    {
        using var archive = new TarReader(tar, limits);
        using var unpacker = new LayerUnpacker(archive, directory);
        long size = 0;
        while (archive.Next() is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            unpacker.Add(entry);
            size += entry.Size;
        }

        archive.Drain();
        unpacker._tree.Finish();
        if (durable)
        {
            unpacker._tree.Sync();
        }

        return size;
    }

    public void Dispose() => _tree.Dispose();

    private void Add(TarEntry entry)
    {
        byte[] path = EntryPath.Normalize(entry.Name, entry.DisplayName);
        if (path.Length == 0 && entry.Kind != TarEntryKind.Directory)
        {
            throw WharfException.Invalid($"archive entry \"{entry.DisplayName}\" would replace the root directory");
        }

        switch (Whiteout.Of(path))
        {
            case WhiteoutKind.Opaque:
                _tree.MakeOpaque(Whiteout.HiddenPath(path));
                break;
            case WhiteoutKind.File:
                _tree.MakeWhiteout(Whiteout.HiddenPath(path));
                break;
            case WhiteoutKind.None:
                AddFile(entry, path);
                break;
        }
    }

    private void AddFile(TarEntry entry, byte[] path)
    {
        FileMetadata metadata = entry.Metadata with { Attributes = [.. entry.Metadata.Attributes.Where(IsAllowed)] };
        switch (entry.Kind)
        {
            case TarEntryKind.Directory:
                _tree.MakeDirectory(path, metadata);
                break;
            case TarEntryKind.File:
                using (SafeFileHandle file = _tree.BeginFile(path))
                {
                    Write(entry, file);
                    TreeWriter.FinishFile(file, path, metadata);
                }

                break;
            case TarEntryKind.SymbolicLink:
                _tree.MakeSymbolicLink(path, entry.Target, metadata);
                break;
            case TarEntryKind.HardLink:
                _tree.MakeHardLink(path, EntryPath.Normalize(entry.Target, entry.DisplayName));
                break;
            case TarEntryKind.Fifo:
                _tree.MakeNode(path, NodeType.Fifo, 0, 0, metadata);
                break;
            default:
                NodeType type = entry.Kind == TarEntryKind.BlockDevice ? NodeType.BlockDevice : NodeType.CharacterDevice;
                _tree.MakeNode(path, type, entry.DeviceMajor, entry.DeviceMinor, metadata);
                break;
        }
    }

    private void Write(TarEntry entry, SafeFileHandle file)
    {
        if (entry.Extents is null)
        {
            WriteAll(entry, file, entry.Size);
            return;
        }

        foreach (TarExtent extent in entry.Extents)
        {
            TreeWriter.Seek(file, extent.Offset);
            WriteAll(entry, file, extent.Length);
        }

        TreeWriter.SetLength(file, entry.Size);
    }

    private void WriteAll(TarEntry entry, SafeFileHandle file, long length)
    {
        for (long left = length; left > 0;)
        {
            ReadOnlySpan<byte> piece = _archive.ReadContents(left);
            try
            {
                Descriptor.WriteAll(file, piece);
            }
            catch (LinuxException failure)
            {
                throw new WharfException(ErrorKind.Internal, $"write {entry.DisplayName}: {failure.Errno.Message()}", failure);
            }

            left -= piece.Length;
        }
    }

    /// <summary>overlayfs's own attributes redirect lookups into other layers: an image has no business there.</summary>
    private static bool IsAllowed(ExtendedAttribute attribute) =>
        !attribute.IsOverlays && !attribute.Name.StartsWith("user.overlay.", StringComparison.Ordinal);
}
