using Wharf.Api.Builds;
using Wharf.Cli.CommandLine;
using Wharf.Linux.Walks;
using Wharf.Oci.Ignore;

namespace Wharf.Cli.Builds;

/// <summary>
/// Lists a directory as a build's context, in one pass: what <c>.dockerignore</c> leaves out is not looked at any further. Sockets are passed
/// over, as Docker does.
/// </summary>
internal sealed class ContextWalk(string directory, IgnoreFile ignore) : IWalkVisitor
{
    private readonly List<ListedFile> _files = [];

    /// <summary>Of directories, by path: what the rules say of all that is in them.</summary>
    private readonly Dictionary<string, IgnoreState> _states = new(StringComparer.Ordinal) { [""] = ignore.Root };

    /// <summary>Ignored directories that may hold an exception: listed when one turns up.</summary>
    private readonly Dictionary<string, ListedFile> _ignored = new(StringComparer.Ordinal);

    internal static List<ListedFile> List(DirectoryWalk walk, string directory, IgnoreFile ignore)
    {
        var listing = new ContextWalk(directory, ignore);
        walk.Run(listing);
        return listing._files;
    }

    /// <summary>Changes when the file may have changed: no program can set the time of an inode's change (inode(7)).</summary>
    internal static ulong StampOf(in WalkedStatus status)
    {
        const ulong Odd = 0x9e3779b97f4a7c15; // 2^64 divided by the golden ratio: spreads the bits
        ulong stamp = (status.Inode * Odd) ^ ((ulong)status.ChangedSeconds * 1_000_000_000 + status.ChangedNanoseconds);
        return stamp == 0 ? 1 : stamp;
    }

    public bool Visit(string path, in WalkedStatus status, string? linkTarget)
    {
        IgnoreState parent = _states[ParentOf(path)];
        if (status.Type == WalkedType.Directory)
        {
            bool isIgnored = ignore.IsIgnored(path, parent, out IgnoreState state);
            var listed = new ListedFile(path, ListedType.Directory, status.Permissions, 0, status.ModifiedSeconds, status.ModifiedNanoseconds, 0, null);
            if (!isIgnored)
            {
                Add(listed);
            }
            else if (ignore.CanSkip(path))
            {
                return false;
            }
            else
            {
                _ignored[path] = listed;
            }

            _states[path] = state;
            return true;
        }

        if (status.Type == WalkedType.Socket || ignore.IsIgnored(path, parent))
        {
            return false;
        }

        Add(status.Type switch
        {
            WalkedType.File => new ListedFile(
                path, ListedType.File, status.Permissions, status.Size, status.ModifiedSeconds, status.ModifiedNanoseconds, StampOf(in status), null),
            WalkedType.SymbolicLink => new ListedFile(
                path, ListedType.SymbolicLink, status.Permissions, 0, status.ModifiedSeconds, status.ModifiedNanoseconds, 0, linkTarget),
            _ => throw new CommandFailure(
                $"{Path.Combine(directory, path)} is a device or a FIFO, which cannot be part of a build context: exclude it in .dockerignore"),
        });
        return false;
    }

    private void Add(ListedFile file)
    {
        string parent = ParentOf(file.Path);
        if (_ignored.Remove(parent, out ListedFile? above))
        {
            Add(above);
        }

        _files.Add(file);
    }

    private static string ParentOf(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];
}
