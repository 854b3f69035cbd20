using Microsoft.Win32.SafeHandles;
using Wharf.Engine.Images.Pack;
using Wharf.Linux.Files;

namespace Wharf.Engine.Builds.Solve;

/// <summary>
/// Lays layers over one another into one, all in the form that overlayfs stacks: what a layer has takes the place of what is there, and what it
/// hides goes, but stays hidden for the layers below (Documentation/filesystems/overlayfs.rst, "whiteouts and opaque directories").
/// </summary>
internal sealed class LayerMerge(string target)
{
    private readonly Dictionary<FileIdentity, byte[]> _linked = [];

    /// <param name="layer">Directory of the next higher layer.</param>
    internal void Add(string layer)
    {
        _linked.Clear();
        using var reader = new TreeReader(layer);
        using var writer = new TreeWriter(target);
        do
        {
            Put(reader, writer);
        }
        while (reader.Next());
        writer.Finish();
    }

    private void Put(TreeReader reader, TreeWriter writer)
    {
        byte[] path = reader.Path.ToArray();
        IReadOnlyList<ExtendedAttribute> attributes = reader.ReadAttributes();
        FileMetadata metadata = reader.Entry.MetadataWith(attributes);
        switch (reader.Entry.Type)
        {
            case TreeEntryType.Directory:
                PutDirectory(writer, path, metadata, OverlayMark.IsOpaque(attributes));
                break;
            case TreeEntryType.CharacterDevice when OverlayMark.IsWhiteout(reader.Entry):
                writer.Remove(path);
                writer.MakeWhiteout(path);
                break;
            case TreeEntryType.Regular when reader.Entry.Links > 1 && !_linked.TryAdd(reader.Entry.Identity, path):
                writer.MakeHardLink(path, _linked[reader.Entry.Identity]);
                break;
            case TreeEntryType.Regular:
                using (SafeFileHandle file = writer.BeginFile(path))
                {
                    reader.CopyTo(file);
                    TreeWriter.FinishFile(file, path, metadata);
                }

                break;
            case TreeEntryType.SymbolicLink:
                writer.MakeSymbolicLink(path, reader.ReadLink(), metadata);
                break;
            case TreeEntryType.Socket:
                break;
            default:
                writer.MakeNode(path, (NodeType)reader.Entry.Type, reader.Entry.DeviceMajor, reader.Entry.DeviceMinor, metadata);
                break;
        }
    }

    private static void PutDirectory(TreeWriter writer, byte[] path, FileMetadata metadata, bool isOpaque)
    {
        if (isOpaque && path.Length > 0)
        {
            writer.Remove(path);
        }

        writer.MakeDirectory(path, metadata);
        if (isOpaque)
        {
            writer.MakeOpaque(path);
        }
    }
}
