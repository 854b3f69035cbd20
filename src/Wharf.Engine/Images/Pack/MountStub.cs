using Wharf.Linux.Files;

namespace Wharf.Engine.Images.Pack;

/// <summary>
/// What the runtime makes in an upper directory for its mounts to be on, where the image has nothing of that name. Whatever a container writes
/// there goes to the mount, so that it is nothing that the container has made.
/// </summary>
internal static class MountStub
{
    internal static bool Is(ReadOnlySpan<byte> path, in TreeEntry entry) => entry.Type switch
    {
        TreeEntryType.Directory => path.SequenceEqual("dev"u8) || path.SequenceEqual("proc"u8) || path.SequenceEqual("sys"u8),
        TreeEntryType.Regular => entry.Size == 0
            && (path.SequenceEqual("etc/hostname"u8) || path.SequenceEqual("etc/hosts"u8) || path.SequenceEqual("etc/resolv.conf"u8)),
        _ => false,
    };
}
