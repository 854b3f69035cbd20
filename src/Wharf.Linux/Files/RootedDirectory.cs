using System.Text;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Files;

/// <summary>
/// A directory that is somebody else's root, to be looked around in: links are followed as they would be inside, and nothing leads out
/// (openat2(2), RESOLVE_IN_ROOT). Paths may begin with a slash; results never do.
/// </summary>
public sealed class RootedDirectory : IDisposable
{
    private const int MaxLinks = 40; // path_resolution(7)
    private const int MaxLinkLength = 4096; // PATH_MAX

    private readonly SafeFileHandle _root;
    private readonly string _path;

    /// <exception cref="LinuxException"/>
    public RootedDirectory(string root)
    {
        _path = root;
        _root = LibC.Open(root, LibC.O_PATH | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        if (_root.IsInvalid)
        {
            throw new LinuxException("open", root, ErrnoExtensions.Last);
        }
    }

    private RootedDirectory(SafeFileHandle root, string describe)
    {
        _path = describe;
        _root = root;
    }

    /// <summary>A directory that is open already, as by O_PATH.</summary>
    /// <param name="root">Owned from now on.</param>
    /// <param name="describe">What messages call it.</param>
    public static RootedDirectory Owning(SafeFileHandle root, string describe) => new(root, describe);

    /// <summary>The directory as a path, for what takes only paths: it means this directory, wherever it is mounted.</summary>
    public string DescriptorPath => $"/proc/self/fd/{_root.DangerousGetHandle()}/.";

    /// <summary>The path that a path means: all links followed, without dots. What is missing of it is taken as it is written.</summary>
    /// <exception cref="LinuxException">ELOOP.</exception>
    public string Resolve(string path)
    {
        var ahead = new Stack<string>(path.Split('/').Reverse());
        List<string> resolved = [];
        for (int links = 0; ahead.TryPop(out string? component);)
        {
            if (component is "" or ".")
            {
                continue;
            }

            if (component == "..")
            {
                resolved.RemoveRange(Math.Max(0, resolved.Count - 1), Math.Min(1, resolved.Count));
                continue;
            }

            resolved.Add(component);
            if (ReadLink(string.Join('/', resolved)) is not { } target)
            {
                continue;
            }

            if (++links > MaxLinks)
            {
                throw new LinuxException("resolve", path, Errno.ELOOP);
            }

            resolved.RemoveAt(resolved.Count - 1);
            if (target.StartsWith('/'))
            {
                resolved.Clear();
            }

            foreach (string next in target.Split('/').Reverse())
            {
                ahead.Push(next);
            }
        }

        return string.Join('/', resolved);
    }

    /// <summary>What is at a path, a link itself rather than what it leads to.</summary>
    /// <returns>Null when there is nothing.</returns>
    /// <exception cref="LinuxException"/>
    public TreeEntryType? TypeOf(string path) => TryStat(path, out LibC.StatxBuffer status) ? new TreeEntry(in status).Type : null;

    /// <summary>What the kernel knows of a file, of a link itself unless the path ends with a slash.</summary>
    /// <returns>Null when there is nothing.</returns>
    /// <exception cref="LinuxException"/>
    public TreeEntry? EntryOf(string path) => TryStat(path, out LibC.StatxBuffer status) ? new TreeEntry(in status) : null;

    /// <summary>What is known of a file; overlayfs's own attributes are not among it.</summary>
    /// <returns>Null when there is nothing.</returns>
    /// <exception cref="LinuxException"/>
    public FileMetadata? MetadataOf(string path)
    {
        if (!TryStat(path, out LibC.StatxBuffer status))
        {
            return null;
        }

        using SafeFileHandle file = Open(path, LibC.O_RDONLY | LibC.O_NOFOLLOW | LibC.O_NONBLOCK);
        return new TreeEntry(in status).MetadataWith(file.IsInvalid ? [] : ExtendedAttributes.Of(file));
    }

    /// <summary>Names in a directory, in the order of their characters; those that are not text are left out.</summary>
    /// <exception cref="LinuxException"/>
    public IReadOnlyList<string> Names(string path)
    {
        using SafeFileHandle directory = Open(path, LibC.O_RDONLY | LibC.O_DIRECTORY);
        if (directory.IsInvalid)
        {
            throw new LinuxException($"open {path} in", _path, ErrnoExtensions.Last);
        }

        List<string> names = [];
        var entries = new DirectoryEntries(directory, _path);
        while (entries.Next())
        {
            string name = Encoding.UTF8.GetString(entries.Name[..^1]);
            if (!name.Contains('\uFFFD'))
            {
                names.Add(name);
            }
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <summary>What makes the file at a path itself; null when there is nothing.</summary>
    /// <exception cref="LinuxException"/>
    public FileIdentity? IdentityOf(string path) => TryStat(path, out LibC.StatxBuffer status) ? new TreeEntry(in status).Identity : null;

    /// <summary>Bytes of a regular file; null when there is none.</summary>
    /// <exception cref="LinuxException"/>
    public long? SizeOf(string path) => TryStat(path, out LibC.StatxBuffer status) && status.IsRegular ? (long)status.Size : null;

    /// <summary>Removes a file, or a directory that is empty.</summary>
    /// <exception cref="LinuxException"/>
    public void Remove(string path, bool isDirectory)
    {
        int slash = path.LastIndexOf('/');
        using SafeFileHandle parent = Open(slash < 0 ? "" : path[..slash], LibC.O_RDONLY | LibC.O_DIRECTORY);
        byte[] name = [.. Encoding.UTF8.GetBytes(path[(slash + 1)..]), 0];
        if (parent.IsInvalid || LibC.UnlinkAt(parent, ref name[0], isDirectory ? LibC.AT_REMOVEDIR : 0) != 0)
        {
            throw new LinuxException($"remove {path} in", _path, ErrnoExtensions.Last);
        }
    }

    /// <summary>Begins a walk at a regular file or a directory.</summary>
    /// <exception cref="LinuxException"/>
    public TreeReader Walk(string path, bool isDirectory)
    {
        SafeFileHandle file = Open(path, LibC.O_RDONLY | LibC.O_NOFOLLOW | (isDirectory ? LibC.O_DIRECTORY : LibC.O_NONBLOCK));
        return file.IsInvalid
            ? throw new LinuxException($"open {path} in", _path, ErrnoExtensions.Last)
            : new TreeReader(file, path.Length == 0 ? _path : $"{_path}/{path}");
    }

    /// <summary>Begins a walk at a file of whatever type, looked up once: what is walked is what its first entry says.</summary>
    /// <returns>Null when there is nothing.</returns>
    /// <exception cref="LinuxException"/>
    public TreeReader? TryWalk(string path)
    {
        SafeFileHandle found = Open(path, LibC.O_PATH | LibC.O_NOFOLLOW);
        if (found.IsInvalid)
        {
            Errno errno = ErrnoExtensions.Last;
            found.Dispose();
            return errno is Errno.ENOENT or Errno.ENOTDIR ? null : throw new LinuxException($"look up {path} in", _path, errno);
        }

        string describe = $"{_path}/{path.TrimStart('/')}";
        if (LibC.StatxOf(found, "", LibC.AT_EMPTY_PATH, LibC.STATX_BASIC_STATS, out LibC.StatxBuffer status) != 0
            || new TreeEntry(in status).Type is not (TreeEntryType.Regular or TreeEntryType.Directory))
        {
            return new TreeReader(found, describe);
        }

        using (found)
        {
            SafeFileHandle file = LibC.Open($"/proc/self/fd/{found.DangerousGetHandle()}", LibC.O_RDONLY | LibC.O_CLOEXEC);
            return file.IsInvalid ? throw new LinuxException("open", describe, ErrnoExtensions.Last) : new TreeReader(file, describe);
        }
    }

    /// <summary>Makes files among those that are in this directory.</summary>
    /// <param name="keepsKinds">See <see cref="TreeWriter.KeepsKinds"/>.</param>
    /// <exception cref="LinuxException"/>
    public TreeWriter OpenWriter(bool keepsKinds = false)
    {
        SafeFileHandle directory = Open("", LibC.O_RDONLY | LibC.O_DIRECTORY);
        return directory.IsInvalid
            ? throw new LinuxException("open", _path, ErrnoExtensions.Last)
            : new TreeWriter(directory, _path) { KeepsKinds = keepsKinds, SetsRoot = true };
    }

    public void Dispose() => _root.Dispose();

    /// <summary>Something to mount on: made, with the directories above it, when it is missing.</summary>
    /// <exception cref="LinuxException"/>
    internal SafeFileHandle OpenMountPoint(string path, bool isDirectory)
    {
        SafeFileHandle place = Open(path, LibC.O_PATH);
        if (!place.IsInvalid || ErrnoExtensions.Last != Errno.ENOENT)
        {
            return place.IsInvalid ? throw new LinuxException($"open {path} in", _path, ErrnoExtensions.Last) : place;
        }

        place.Dispose();
        using (TreeWriter writer = OpenWriter())
        {
            byte[] target = Encoding.UTF8.GetBytes(Resolve(path));
            if (isDirectory)
            {
                writer.MakeDirectory(target, new FileMetadata(0x1ed, 0, 0, 0, 0, []));
            }
            else
            {
                writer.BeginFile(target).Dispose();
            }
        }

        place = Open(path, LibC.O_PATH);
        return place.IsInvalid ? throw new LinuxException($"make {path} in", _path, ErrnoExtensions.Last) : place;
    }

    internal SafeFileHandle Handle => _root;

    /// <returns>Null when it is no link, or nothing.</returns>
    private string? ReadLink(string path)
    {
        using SafeFileHandle link = Open(path, LibC.O_PATH | LibC.O_NOFOLLOW);
        if (link.IsInvalid)
        {
            return null;
        }

        byte[] self = [0];
        byte[] target = new byte[MaxLinkLength];
        nint length = LibC.ReadLinkAt(link, ref self[0], ref target[0], target.Length);
        return length < 0 ? null : Encoding.UTF8.GetString(target, 0, (int)length);
    }

    private bool TryStat(string path, out LibC.StatxBuffer status)
    {
        status = default;
        using SafeFileHandle file = Open(path, LibC.O_PATH | LibC.O_NOFOLLOW);
        Errno errno = file.IsInvalid ? ErrnoExtensions.Last : Errno.None;
        if (errno == Errno.None && LibC.StatxOf(file, "", LibC.AT_EMPTY_PATH, LibC.STATX_BASIC_STATS, out status) != 0)
        {
            errno = ErrnoExtensions.Last;
        }

        return errno switch
        {
            Errno.None => true,
            Errno.ENOENT or Errno.ENOTDIR => false,
            _ => throw new LinuxException($"look up {path} in", _path, errno),
        };
    }

    private SafeFileHandle Open(string path, int flags)
    {
        string relative = path.TrimStart('/');
        var how = new LibC.OpenHow { Flags = (ulong)(flags | LibC.O_CLOEXEC), Resolve = LibC.RESOLVE_IN_ROOT | LibC.RESOLVE_NO_MAGICLINKS };
        return LibC.OpenAt2(_root, relative.Length == 0 ? "." : relative, in how);
    }
}
