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
    private readonly EntryWriter _files;

    private LayerUnpacker(TarReader archive, string directory)
    {
        _archive = archive;
        _tree = new TreeWriter(directory);
        _files = new EntryWriter(archive, _tree, []);
    }

    /// <summary>Unpacks everything into the existing, empty <paramref name="directory"/>.</summary>
    /// <param name="durable">Whether it is to be on disk on return: what does not outlive this process needs not.</param>
    /// <returns>Bytes of the regular files.</returns>
    /// <exception cref="WharfException">The archive is malformed or hostile.</exception>
    /// <exception cref="Linux.LinuxException">The kernel refused; names the entry.</exception>
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
                _files.Add(entry, path, entry.Metadata);
                break;
        }
    }
}
