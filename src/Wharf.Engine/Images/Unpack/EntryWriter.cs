using Microsoft.Win32.SafeHandles;
using Wharf.Linux;
using Wharf.Linux.Fds;
using Wharf.Linux.Files;

namespace Wharf.Engine.Images.Unpack;

/// <summary>Makes files of an archive's entries, just as they are described there.</summary>
/// <param name="below">The directory of the tree that the archive's paths begin in; empty for its root.</param>
internal sealed class EntryWriter(TarReader archive, TreeWriter tree, byte[] below)
{
    /// <param name="entryPath">Normal (<see cref="EntryPath"/>).</param>
    /// <exception cref="WharfException">The archive is malformed.</exception>
    /// <exception cref="LinuxException">The kernel refused; names the entry.</exception>
    internal void Add(TarEntry entry, byte[] entryPath, FileMetadata metadata)
    {
        byte[] path = Place(entryPath);
        metadata = metadata with { Attributes = [.. metadata.Attributes.Where(IsAllowed)] };
        switch (entry.Kind)
        {
            case TarEntryKind.Directory:
                tree.MakeDirectory(path, metadata);
                break;
            case TarEntryKind.File:
                using (SafeFileHandle file = tree.BeginFile(path))
                {
                    Write(entry, file);
                    TreeWriter.FinishFile(file, path, metadata, tree.SetsRoot);
                }

                break;
            case TarEntryKind.SymbolicLink:
                tree.MakeSymbolicLink(path, entry.Target, metadata);
                break;
            case TarEntryKind.HardLink:
                tree.MakeHardLink(path, Place(EntryPath.Normalize(entry.Target, entry.DisplayName)));
                break;
            case TarEntryKind.Fifo:
                tree.MakeNode(path, NodeType.Fifo, 0, 0, metadata);
                break;
            default:
                NodeType type = entry.Kind == TarEntryKind.BlockDevice ? NodeType.BlockDevice : NodeType.CharacterDevice;
                tree.MakeNode(path, type, entry.DeviceMajor, entry.DeviceMinor, metadata);
                break;
        }
    }

    private byte[] Place(byte[] path) => below.Length == 0 ? path : path.Length == 0 ? below : [.. below, (byte)'/', .. path];

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
            ReadOnlySpan<byte> piece = archive.ReadContents(left);
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
