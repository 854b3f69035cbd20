using Wharf.Linux.Files;

namespace Wharf.Engine.Containers.Files;

/// <summary>What is known of a file in a container.</summary>
/// <param name="Name">Last component of the path that was asked for.</param>
/// <param name="Mode">As stat(2) has it: type and permissions.</param>
/// <param name="LinkTarget">Of a symbolic link where it leads in the end, as an absolute path inside; otherwise empty.</param>
public sealed record ContainerFile(string Name, uint Mode, long Size, DateTimeOffset Modified, string LinkTarget)
{
    internal static ContainerFile Of(RootedDirectory root, string path, in TreeEntry entry) => new(
        ContainerPath.BaseName(path),
        (uint)entry.Type | entry.Permissions,
        entry.Size,
        DateTimeOffset.UnixEpoch.AddTicks((entry.ModifiedSeconds * TimeSpan.TicksPerSecond) + (entry.ModifiedNanoseconds / 100)),
        entry.Type == TreeEntryType.SymbolicLink ? "/" + root.Resolve(path) : "");

    internal static WharfException NotFound(string path, string container) =>
        WharfException.NotFound($"Could not find the file {path} in container {container}");
}
