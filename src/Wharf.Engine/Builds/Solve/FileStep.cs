using System.Globalization;
using System.Text;
using Wharf.Engine.Builds.Files;
using Wharf.Engine.Builds.Plan;
using Wharf.Engine.Containers.Security;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Unpack;
using Wharf.Linux;
using Wharf.Linux.Files;
using Wharf.Linux.Mounts;
using ZstdSharp;

namespace Wharf.Engine.Builds.Solve;

/// <summary>
/// Puts files into a new layer on top of a root. The layer is written directly, not through overlayfs: what the root has is only looked at, to
/// find out where links lead and what directories are like. Docker's rules about destinations are those of its copier.
/// </summary>
internal sealed class FileStep : IDisposable
{
    private const uint DirectoryMode = 0x1ed; // 0755
    private readonly RootedDirectory _base;
    private readonly string _baseDirectory;
    private readonly IReadOnlyList<string> _lower;
    private readonly string _layer;
    private readonly string _work;
    private readonly string _merged;
    private readonly DateTimeOffset _now;

    /// <summary>Directories that the layer has, with what is known of them.</summary>
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);

    /// <summary>First name in the layer of each file with several, by source and identity.</summary>
    private readonly Dictionary<FileIdentity, byte[]> _linked = [];
    private TreeWriter _target;
    private bool _isEmpty = true;

    /// <param name="baseDirectory">The root to put files on, to look at.</param>
    /// <param name="lower">The same as overlayfs takes it.</param>
    /// <param name="layer">The empty directory that becomes the layer.</param>
    /// <param name="work">An empty directory beside it, for overlayfs.</param>
    /// <param name="merged">Another, to mount both on.</param>
    internal FileStep(string baseDirectory, IReadOnlyList<string> lower, string layer, string work, string merged, DateTimeOffset now)
    {
        _baseDirectory = baseDirectory;
        _base = new RootedDirectory(baseDirectory);
        _lower = lower;
        _layer = layer;
        _work = work;
        _merged = merged;
        _now = now;
        GiveRoot(baseDirectory, layer);
        _target = new TreeWriter(layer);
    }

    /// <summary>The root directory of what overlayfs shows is that of the topmost layer, so a layer's must be like the one below.</summary>
    internal static void GiveRoot(string baseDirectory, string layer)
    {
        using var below = new RootedDirectory(baseDirectory);
        using var above = new TreeWriter(layer);
        above.MakeDirectory([], below.MetadataOf("")!.Value);
        above.Finish();
    }

    /// <returns>False when nothing had to be made.</returns>
    /// <exception cref="WharfException">In Docker's words.</exception>
    /// <exception cref="LinuxException"/>
    internal bool Run(IReadOnlyList<FileAction> actions, IReadOnlyDictionary<Vertex, FileTree> trees, CancellationToken cancellationToken)
    {
        foreach (FileAction action in actions)
        {
            if (action is CopyAction copy)
            {
                Copy(copy, CopySelection.Of(copy, trees[copy.From]), cancellationToken);
            }
            else if (action is MakeDirectoryAction directory)
            {
                MakeDirectories(_base.Resolve(directory.Path), Owner.Root);
            }
        }

        _target.Finish();
        return !_isEmpty;
    }

    public void Dispose()
    {
        _target.Dispose();
        _base.Dispose();
    }

    private void Copy(CopyAction action, CopySelection selection, CancellationToken cancellationToken)
    {
        Owner? owner = OwnerOf(action.Owner);
        foreach (SelectedSource source in selection.Sources)
        {
            bool isDirectoryName = action.Destination.EndsWith('/') || selection.Sources.Count > 1 || action.NeedsDirectory;
            if (action.Unpacks && !source.Found.IsDirectory && TryUnpack(action, selection, source))
            {
                continue;
            }

            string destination = Destination(action, source, isDirectoryName, owner ?? Owner.Root);
            if (source.Found.IsDirectory)
            {
                MakeDirectories(destination, owner ?? Owner.Root);
            }

            byte[] prefix = Encoding.UTF8.GetBytes(destination);
            selection.Visit(source, item =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!(item.Path.IsEmpty && source.Found.IsDirectory))
                {
                    Put(item, Join(prefix, item.Path), Change(item, owner, action.ChangeMode));
                }
            });
        }
    }

    /// <summary>Where a source goes: into a directory, or to the name itself.</summary>
    private string Destination(CopyAction action, SelectedSource source, bool isDirectoryName, Owner owner)
    {
        string destination = _base.Resolve(action.Destination);
        if (action.KeepsParents)
        {
            return KeepParents(destination, source, owner);
        }

        if (source.Found.IsDirectory)
        {
            return destination;
        }

        if (isDirectoryName || IsDirectory(destination))
        {
            MakeDirectories(destination, owner);
            return PosixJoin(destination, PathPattern.BaseName(source.Name));
        }

        MakeDirectories(Parent(destination), owner);
        return destination;
    }

    private string KeepParents(string destination, SelectedSource source, Owner owner)
    {
        string above = source.Found.IsDirectory ? source.Kept : Parent(source.Kept);
        string target = _base.Resolve(PosixJoin(destination, above));
        MakeDirectories(target, owner);
        return source.Found.IsDirectory ? target : PosixJoin(target, PathPattern.BaseName(source.Name));
    }

    private void Put(TreeItem item, byte[] path, FileMetadata metadata)
    {
        string name = Encoding.Latin1.GetString(path);
        if (item.Type == TreeEntryType.Directory)
        {
            if (_base.TypeOf(Encoding.UTF8.GetString(path)) is { } there and not TreeEntryType.Directory && !_made.Contains(name))
            {
                throw WharfException.Invalid($"cannot copy to non-directory: /{Encoding.UTF8.GetString(path)} ({there})");
            }

            _target.MakeDirectory(path, metadata);
            _made.Add(name);
            _isEmpty = false;
            return;
        }

        if (_made.Contains(name) || _base.TypeOf(Encoding.UTF8.GetString(path)) == TreeEntryType.Directory)
        {
            throw WharfException.Invalid($"cannot copy to directory: /{Encoding.UTF8.GetString(path)}");
        }

        _isEmpty = false;
        switch (item.Type)
        {
            case TreeEntryType.Regular when item.Shared is { } identity && !_linked.TryAdd(identity, path):
                _target.MakeHardLink(path, _linked[identity]);
                break;
            case TreeEntryType.Regular:
                item.Write(_target, path, metadata);
                break;
            case TreeEntryType.SymbolicLink:
                _target.MakeSymbolicLink(path, item.LinkTarget, metadata);
                break;
            case TreeEntryType.Socket:
                // A socket is nothing without the program that listens on it.
                break;
            default:
                _target.MakeNode(path, (NodeType)item.Type, item.DeviceMajor, item.DeviceMinor, metadata);
                break;
        }
    }

    /// <summary>ADD unpacks a file that is an archive, whatever its name.</summary>
    private bool TryUnpack(CopyAction action, CopySelection selection, SelectedSource source)
    {
        using FileStream? file = RootedFiles.OpenRead(selection.Directory, source.Found.Path);
        if (file is null || !ArchiveProbe.IsArchive(file))
        {
            return false;
        }

        string destination = _base.Resolve(action.Destination);
        MakeDirectories(destination, Owner.Root);
        _target.Finish();
        _target.Dispose();
        OverlayMount.Mount(_lower, _layer, _work, _merged, isVolatile: false);
        try
        {
            using Stream tar = Decompression.Open(file);
            LayerUnpacker.Unpack(tar, Path.Combine(_merged, destination), TarLimits.Default, durable: false, CancellationToken.None);
        }
        catch (Exception malformed) when (malformed is InvalidDataException or ZstdException)
        {
            throw WharfException.Invalid($"{action.Instruction} failed: {source.Name} cannot be unpacked: {malformed.Message}");
        }
        finally
        {
            MountTable.Detach(_merged);
        }

        _isEmpty = false;
        _target = new TreeWriter(_layer);
        return true;
    }

    /// <summary>Makes a directory and those above it that are missing, and gives the layer those that are there as they are.</summary>
    private void MakeDirectories(string path, Owner owner)
    {
        if (path.Length == 0 || _made.Contains(Latin1(path)))
        {
            return;
        }

        MakeDirectories(Parent(path), owner);
        switch (_base.TypeOf(path))
        {
            case TreeEntryType.Directory:
                _target.MakeDirectory(Encoding.UTF8.GetBytes(path), _base.MetadataOf(path)!.Value);
                break;
            case null:
                _isEmpty = false;
                _target.MakeDirectory(
                    Encoding.UTF8.GetBytes(path),
                    new FileMetadata(DirectoryMode, owner.Uid, owner.Gid, _now.ToUnixTimeSeconds(), _now.UtcTicks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick, []));
                break;
            default:
                throw WharfException.Invalid($"cannot copy to non-directory: /{path}");
        }

        _made.Add(Latin1(path));
    }

    private bool IsDirectory(string path) => path.Length == 0 || _made.Contains(Latin1(path)) || _base.TypeOf(path) == TreeEntryType.Directory;

    private static FileMetadata Change(TreeItem item, Owner? owner, Func<uint, bool, uint>? mode)
    {
        FileMetadata metadata = item.Metadata;
        if (owner is not null)
        {
            metadata = metadata with { Uid = owner.Uid, Gid = owner.Gid };
        }

        return mode is null || item.Type == TreeEntryType.SymbolicLink
            ? metadata
            : metadata with { Permissions = mode(metadata.Permissions, item.Type == TreeEntryType.Directory) };
    }

    private Owner? OwnerOf(string? spec)
    {
        if (spec is null)
        {
            return null;
        }

        // Docker's: a number alone is user and group, whatever the root says of it; a name brings its own group.
        if (uint.TryParse(spec, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number <= int.MaxValue)
        {
            return new Owner(number, number);
        }

        ContainerUser user = ContainerUser.Lookup(_baseDirectory, spec, []);
        return new Owner(user.Uid, user.Gid);
    }

    private static string Latin1(string path) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(path));

    private static string Parent(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";

    private static string PosixJoin(string directory, string path) =>
        directory.Length == 0 ? path : path.Length == 0 ? directory : $"{directory}/{path}";

    private static byte[] Join(byte[] directory, ReadOnlySpan<byte> path) =>
        path.IsEmpty ? directory : directory.Length == 0 ? path.ToArray() : [.. directory, (byte)'/', .. path];

    private sealed record Owner(uint Uid, uint Gid)
    {
        internal static Owner Root { get; } = new(0, 0);
    }
}
