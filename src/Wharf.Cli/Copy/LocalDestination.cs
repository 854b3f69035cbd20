using System.Formats.Tar;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Wharf.Cli.CommandLine;
using Wharf.Linux.Files;

namespace Wharf.Cli.Copy;

/// <summary>
/// Unpacks what comes out of a container. The archive may say anything: nothing is written through a link, and nothing outside the directory
/// that was named (<see cref="TreeWriter"/>). Owners are not kept.
/// </summary>
internal static class LocalDestination
{
    private const int MaxLinks = 10;

    /// <summary>Looks at the destination; a link means what it leads to, also if that is not there yet.</summary>
    /// <exception cref="CommandFailure">Not even its directory is there.</exception>
    internal static CopyEnd Find(string path)
    {
        string absolute = CopyPath.WithEndOf(Path.GetFullPath(path), path);
        string parent = CopyPath.Split(absolute).Directory;
        if (!Directory.Exists(parent))
        {
            throw new CommandFailure($"invalid output path: directory \"{parent}\" does not exist");
        }

        string at = absolute;
        for (int links = 0; new FileInfo(Bare(at)).LinkTarget is { } target && !CopyPath.MeansDirectory(at); links++)
        {
            at = links < MaxLinks ? CopyPath.Follow(at, target) : throw new CommandFailure($"too many symlinks in {absolute}");
        }

        bool isDirectory = Directory.Exists(Bare(at));
        if (!isDirectory && Path.Exists(Bare(at)) && !IsRegular(Bare(at)))
        {
            throw new CommandFailure($"invalid output path: \"{path}\" must be a directory or a regular file: got a device");
        }

        bool exists = isDirectory || Path.Exists(Bare(at));
        return exists && !isDirectory && CopyPath.MeansDirectory(at)
            ? throw new CommandFailure($"stat {at}: not a directory")
            : new CopyEnd(at, exists, isDirectory);
    }

    internal static void Unpack(Stream archive, CopyPlan plan)
    {
        using var tree = new TreeWriter(plan.Directory) { KeepsKinds = true };
        using var reader = new TarReader(archive, leaveOpen: true);
        try
        {
            while (reader.GetNextEntry() is { } entry)
            {
                byte[] path = PathOf(plan.Rename(entry.Name));
                if (path.Length > 0)
                {
                    Add(tree, entry, path, plan);
                }
            }

            tree.Finish();
        }
        catch (FileKindException conflict)
        {
            (string there, string wanted) = conflict.IsDirectory ? ("directory", "non-directory") : ("non-directory", "directory");
            throw new CommandFailure($"cannot overwrite {there} \"{Path.Combine(plan.Directory, conflict.Path)}\" with {wanted} \"{plan.Directory}\"");
        }
    }

    private static void Add(TreeWriter tree, TarEntry entry, byte[] path, CopyPlan plan)
    {
        TimeSpan modified = entry.ModificationTime - DateTimeOffset.UnixEpoch;
        long seconds = (long)Math.Floor(modified.TotalSeconds);
        var metadata = new FileMetadata((uint)entry.Mode, 0, 0, seconds, (modified.Ticks - (seconds * TimeSpan.TicksPerSecond)) * 100, []);
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                tree.MakeDirectory(path, metadata);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                AddFile(tree, entry, path, metadata);
                break;
            case TarEntryType.SymbolicLink:
                tree.MakeSymbolicLink(path, Encoding.UTF8.GetBytes(entry.LinkName), metadata);
                break;
            case TarEntryType.HardLink:
                tree.MakeHardLink(path, PathOf(plan.Rename(entry.LinkName)));
                break;
            case TarEntryType.Fifo:
                tree.MakeNode(path, NodeType.Fifo, 0, 0, metadata);
                break;
            case TarEntryType.CharacterDevice or TarEntryType.BlockDevice:
                NodeType type = entry.EntryType == TarEntryType.BlockDevice ? NodeType.BlockDevice : NodeType.CharacterDevice;
                var device = (PosixTarEntry)entry;
                tree.MakeNode(path, type, (uint)device.DeviceMajor, (uint)device.DeviceMinor, metadata);
                break;
            default:
                throw new CommandFailure($"unhandled tar header type {(char)entry.EntryType} of {entry.Name}");
        }
    }

    private static void AddFile(TreeWriter tree, TarEntry entry, byte[] path, in FileMetadata metadata)
    {
        using SafeFileHandle handle = tree.BeginFile(path);
        if (entry.DataStream is { } content)
        {
            using var file = new FileStream(handle, FileAccess.Write, bufferSize: 0);
            content.CopyTo(file, 256 << 10);
            TreeWriter.FinishFile(handle, path, metadata);
            return;
        }

        TreeWriter.FinishFile(handle, path, metadata);
    }

    /// <exception cref="CommandFailure">It leads out of the destination.</exception>
    private static byte[] PathOf(string name)
    {
        string[] parts = [.. name.Split('/').Where(part => part is not ("" or "."))];
        return parts.Contains("..")
            ? throw new CommandFailure($"the archive's \"{name}\" leads out of the destination")
            : Encoding.UTF8.GetBytes(string.Join('/', parts));
    }

    private static string Bare(string path) => Path.TrimEndingDirectorySeparator(path);

    private static bool IsRegular(string path) => !new FileInfo(path).Attributes.HasFlag(FileAttributes.Device) && File.Exists(path);
}
