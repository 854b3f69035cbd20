using Wharf.Engine.Builds.Context;
using Wharf.Oci;

namespace Wharf.KernelTests.Builds;

/// <summary>A build context of a directory as it is now.</summary>
internal sealed class TestContext : IBuildContext
{
    internal TestContext(string root, bool mayLink = true)
    {
        Root = root;
        MayLink = mayLink;
        Entries =
        [
            .. new DirectoryInfo(root)
                .EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
                .Select(info => Entry(Path.GetRelativePath(root, info.FullName), info))
                .OrderBy(entry => entry.Path, StringComparer.Ordinal),
        ];
    }

    public string Root { get; }

    public bool MayLink { get; }

    public IReadOnlyList<ContextEntry> Entries { get; }

    private static ContextEntry Entry(string path, FileSystemInfo info) => new()
    {
        Path = path,
        Type = info.LinkTarget is not null ? ContextEntryType.SymbolicLink
            : info is DirectoryInfo ? ContextEntryType.Directory : ContextEntryType.File,
        Mode = info.LinkTarget is not null ? 0x1ff : (uint)info.UnixFileMode,
        Size = info is FileInfo { LinkTarget: null } file ? file.Length : 0,
        LinkTarget = info.LinkTarget,
        Content = info is FileInfo { LinkTarget: null } ? Digest.Of(File.ReadAllBytes(info.FullName)) : null,
        Modified = info.LastWriteTimeUtc,
    };
}
