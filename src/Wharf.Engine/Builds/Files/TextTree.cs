using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Fds;
using Wharf.Linux.Files;
using Wharf.Oci;

namespace Wharf.Engine.Builds.Files;

/// <summary>A few files that are in memory: heredocs.</summary>
internal sealed class TextTree(IReadOnlyList<KeyValuePair<string, byte[]>> files, DateTimeOffset modified) : FileTree
{
    private const uint Mode = 0x1a4; // 0644

    internal override string Directory => throw new NotSupportedException("files in memory cannot be mounted");

    internal override FoundFile? Find(string path) =>
        files.Any(file => file.Key == path) ? new FoundFile(path, TreeEntryType.Regular) : null;

    internal override IReadOnlyList<string> Names(string directory) => [.. files.Select(file => file.Key).Order(StringComparer.Ordinal)];

    internal override void Visit(FoundFile found, Action<TreeItem> visit) =>
        visit(new Item(files.First(file => file.Key == found.Path).Value, modified));

    private sealed class Item(byte[] content, DateTimeOffset modified) : TreeItem
    {
        internal override ReadOnlySpan<byte> Path => [];

        internal override TreeEntryType Type => TreeEntryType.Regular;

        internal override FileMetadata Metadata => new(Mode, 0, 0, modified.ToUnixTimeSeconds(), 0, []);

        internal override byte[] LinkTarget => throw new NotSupportedException();

        internal override string ContentDigest() => Digest.Of(content).Hex;

        internal override void Write(TreeWriter target, ReadOnlySpan<byte> path, FileMetadata metadata)
        {
            using SafeFileHandle file = target.BeginFile(path);
            Descriptor.WriteAll(file, content);
            TreeWriter.FinishFile(file, path, metadata);
        }
    }
}
