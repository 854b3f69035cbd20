using System.Text;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Files;
using Wharf.Oci;

namespace Wharf.Engine.Builds.Files;

/// <summary>The files of a stage, an image or a download, in a directory where nothing runs and nobody writes.</summary>
internal sealed class RootTree(string directory, string? identity) : FileTree, IDisposable
{
    private readonly RootedDirectory _root = new(directory);

    internal override string Directory => directory;

    internal override string? Identity => identity;

    internal override FoundFile? Find(string path)
    {
        string resolved = _root.Resolve(path);
        return _root.TypeOf(resolved) is { } type ? new FoundFile(resolved, type) : null;
    }

    internal override IReadOnlyList<string> Names(string directory) => _root.Names(directory);

    internal override void Visit(FoundFile found, Action<TreeItem> visit)
    {
        using TreeReader reader = _root.Walk(found.Path, found.IsDirectory);
        var item = new Item(reader);
        do
        {
            item.Moved();
            visit(item);
        }
        while (reader.Next());
    }

    public void Dispose() => _root.Dispose();

    private sealed class Item(TreeReader reader) : TreeItem
    {
        private FileMetadata? _metadata;

        internal override ReadOnlySpan<byte> Path => reader.Path;

        internal override TreeEntryType Type => reader.Entry.Type;

        internal override FileMetadata Metadata => _metadata ??= reader.Entry.MetadataWith(reader.ReadAttributes());

        internal override uint DeviceMajor => reader.Entry.DeviceMajor;

        internal override uint DeviceMinor => reader.Entry.DeviceMinor;

        internal override FileIdentity? Shared =>
            reader.Entry is { Type: TreeEntryType.Regular, Links: > 1 } ? reader.Entry.Identity : null;

        internal override byte[] LinkTarget => reader.ReadLink();

        internal void Moved() => _metadata = null;

        internal override string ContentDigest()
        {
            using var hash = Digest.CreateHash();
            byte[] buffer = new byte[64 << 10];
            int length;
            while ((length = reader.Read(buffer)) > 0)
            {
                hash.AppendData(buffer.AsSpan(0, length));
            }

            return Digest.From(hash).Hex;
        }

        internal override void Write(TreeWriter target, ReadOnlySpan<byte> path, FileMetadata metadata)
        {
            using SafeFileHandle file = target.BeginFile(path);
            try
            {
                reader.CopyTo(file);
            }
            catch (Linux.LinuxException failure)
            {
                throw new WharfException(ErrorKind.Internal, $"cannot copy {Encoding.UTF8.GetString(path)}: {failure.Message}", failure);
            }

            TreeWriter.FinishFile(file, path, metadata);
        }
    }
}
