using System.Text;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Files;

/// <summary>
/// Makes files below a directory from paths that somebody else chose. Parents are resolved inside the root (<see cref="ParentDirectories"/>)
/// and the last component never follows a link, so nothing outside is reached. What is there under a name is replaced, but a directory by a
/// directory. Paths are bytes, relative, without <c>.</c>, <c>..</c>, empty components or zeros. For one thread.
/// </summary>
public sealed class TreeWriter : IDisposable
{
    private const uint OwnerOnly = 0x180; // 0600
    private const uint DirectoryMode = 0x1c0; // 0700, until Finish
    private const string OpaqueAttribute = "trusted.overlay.opaque";

    private readonly string _path;
    private readonly SafeFileHandle _root;
    private readonly ParentDirectories _parents;

    /// <summary>
    /// Set at the end: writing into a directory changes its times, and a setgid bit would give its group to what is made in it. The keys are
    /// the paths' bytes as Latin-1 characters.
    /// </summary>
    private readonly Dictionary<string, FileMetadata> _directories = [];

    public TreeWriter(string root)
    {
        _path = root;
        _root = LibC.Open(root, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
        if (_root.IsInvalid)
        {
            throw new LinuxException("open", root, ErrnoExtensions.Last);
        }

        _parents = new ParentDirectories(_root);
    }

    /// <param name="root">Owned from now on.</param>
    /// <param name="path">What messages call it.</param>
    internal TreeWriter(SafeFileHandle root, string path)
    {
        _path = path;
        _root = root;
        _parents = new ParentDirectories(_root);
    }

    /// <summary>As it was given.</summary>
    public string Root => _path;

    /// <summary>Whether it is an error, not a replacement, when a directory is to take the place of something else or the other way round.</summary>
    public bool KeepsKinds { get; init; }

    /// <summary>
    /// Whether root, too, is set as owner. In a tree that was empty at first, made by root, it need not be; in another one a directory may have
    /// been somebody else's, or hand its group down.
    /// </summary>
    public bool SetsRoot { get; init; }

    public void MakeDirectory(ReadOnlySpan<byte> path, in FileMetadata metadata)
    {
        _directories[Encoding.Latin1.GetString(path)] = metadata;
        if (path.IsEmpty)
        {
            return;
        }

        SafeFileHandle parent = Split(path, out byte[] name);
        if (LibC.MakeDirectoryAt(parent, ref name[0], DirectoryMode) == 0)
        {
            return;
        }

        Check(ErrnoExtensions.Last == Errno.EEXIST, "make directory", path, ErrnoExtensions.Last);
        bool wasWhiteout = IsWhiteout(parent, name, out bool isDirectory);
        if (isDirectory)
        {
            return;
        }

        if (KeepsKinds)
        {
            throw new FileKindException(path, isDirectory: false);
        }

        parent = Clear(path, out name);
        Check(LibC.MakeDirectoryAt(parent, ref name[0], DirectoryMode) == 0, "make directory", path);
        if (wasWhiteout)
        {
            // The layer removes what is below and makes it anew: what is below must not shine through.
            MakeOpaque(path);
        }
    }

    /// <summary>Starts a regular file; write its contents to what is returned, then <see cref="FinishFile"/>.</summary>
    public SafeFileHandle BeginFile(ReadOnlySpan<byte> path)
    {
        const int Create = LibC.O_WRONLY | LibC.O_CREAT | LibC.O_EXCL | LibC.O_CLOEXEC;
        SafeFileHandle parent = Split(path, out byte[] name);
        SafeFileHandle file = LibC.CreateAt(parent, ref name[0], Create, OwnerOnly);
        if (file.IsInvalid && ErrnoExtensions.Last == Errno.EEXIST)
        {
            parent = Clear(path, out name);
            file = LibC.CreateAt(parent, ref name[0], Create, OwnerOnly);
        }

        Check(!file.IsInvalid, "create", path);
        return file;
    }

    /// <summary>Owner before mode and attributes, since chown(2) clears the setuid bit and file capabilities; times last.</summary>
    /// <param name="setsRoot">See <see cref="SetsRoot"/>.</param>
    public static void FinishFile(SafeFileHandle file, ReadOnlySpan<byte> path, in FileMetadata metadata, bool setsRoot = false)
    {
        if (setsRoot || metadata.Uid != 0 || metadata.Gid != 0)
        {
            Check(LibC.ChangeOwner(file, metadata.Uid, metadata.Gid) == 0, "chown", path);
        }

        Check(LibC.ChangeMode(file, metadata.Permissions) == 0, "chmod", path);
        foreach (ExtendedAttribute attribute in metadata.Attributes)
        {
            SetAttribute(file, path, attribute);
        }

        Check(LibC.SetTimes(file, Times(metadata)) == 0, "set times of", path);
    }

    /// <summary>Where the next byte of a file in the making goes: what is skipped is a hole.</summary>
    public static void Seek(SafeFileHandle file, long offset)
    {
        if (LibC.Seek(file, offset, 0) < 0)
        {
            throw new LinuxException("seek", "", ErrnoExtensions.Last);
        }
    }

    public static void SetLength(SafeFileHandle file, long length)
    {
        if (LibC.Truncate(file, length) != 0)
        {
            throw new LinuxException("truncate", "", ErrnoExtensions.Last);
        }
    }

    public void MakeSymbolicLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> target, in FileMetadata metadata)
    {
        byte[] to = [.. target, 0];
        SafeFileHandle parent = Split(path, out byte[] name);
        if (LibC.SymbolicLinkAt(ref to[0], parent, ref name[0]) != 0)
        {
            Check(ErrnoExtensions.Last == Errno.EEXIST, "make link", path, ErrnoExtensions.Last);
            parent = Clear(path, out name);
            Check(LibC.SymbolicLinkAt(ref to[0], parent, ref name[0]) == 0, "make link", path);
        }

        SetByName(parent, name, path, metadata, isLink: true);
    }

    /// <summary>Gives the file at <paramref name="existing"/>, also one that is a symbolic link, a second name.</summary>
    public void MakeHardLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> existing)
    {
        if (path.SequenceEqual(existing))
        {
            return;
        }

        SafeFileHandle to = Split(path, out byte[] name);
        SafeFileHandle from = Split(existing, out byte[] oldName);
        to = to.IsClosed ? Split(path, out name) : to;
        if (LibC.LinkAt(from, ref oldName[0], to, ref name[0], 0) == 0)
        {
            return;
        }

        Check(ErrnoExtensions.Last == Errno.EEXIST, "make hard link", path, ErrnoExtensions.Last);
        to = Clear(path, out name);
        from = Split(existing, out oldName);
        Check(LibC.LinkAt(from, ref oldName[0], to, ref name[0], 0) == 0, "make hard link", path);
    }

    /// <summary>Gives a file of another tree on the same file system a name in this one, instead of copying it.</summary>
    /// <param name="source">Path below <paramref name="sourceRoot"/>, without links in it and without a slash before it.</param>
    /// <returns>False when the file system cannot: the trees are on two, or the file has too many names already.</returns>
    public bool TryLinkFrom(ReadOnlySpan<byte> path, RootedDirectory sourceRoot, string source)
    {
        byte[] from = Terminated(source);
        SafeFileHandle parent = Split(path, out byte[] name);
        if (LibC.LinkAt(sourceRoot.Handle, ref from[0], parent, ref name[0], 0) == 0)
        {
            return true;
        }

        if (ErrnoExtensions.Last == Errno.EEXIST)
        {
            parent = Clear(path, out name);
            if (LibC.LinkAt(sourceRoot.Handle, ref from[0], parent, ref name[0], 0) == 0)
            {
                return true;
            }
        }

        Errno errno = ErrnoExtensions.Last;
        Check(errno is Errno.EXDEV or Errno.EMLINK or Errno.EPERM, "make hard link", path, errno);
        return false;
    }

    public void MakeNode(ReadOnlySpan<byte> path, NodeType type, uint major, uint minor, in FileMetadata metadata)
    {
        ulong device = Device(major, minor);
        SafeFileHandle parent = Split(path, out byte[] name);
        if (LibC.MakeNodeAt(parent, ref name[0], (uint)type | OwnerOnly, device) != 0)
        {
            Check(ErrnoExtensions.Last == Errno.EEXIST, "make node", path, ErrnoExtensions.Last);
            parent = Clear(path, out name);
            Check(LibC.MakeNodeAt(parent, ref name[0], (uint)type | OwnerOnly, device) == 0, "make node", path);
        }

        SetByName(parent, name, path, metadata, isLink: false);
    }

    /// <summary>Takes away what is at a path, a directory with all in it; that there is nothing is fine.</summary>
    public void Remove(ReadOnlySpan<byte> path)
    {
        SafeFileHandle parent = Split(path, out byte[] name);
        if (LibC.UnlinkAt(parent, ref name[0], 0) != 0 && ErrnoExtensions.Last is var errno && errno != Errno.ENOENT)
        {
            Check(errno == Errno.EISDIR, "remove", path, errno);
            RemoveTree(parent, name, path);
            _parents.Forget();
        }
    }

    /// <summary>Hides a file of the layers below: a character device 0/0, as overlayfs has it (Documentation/filesystems/overlayfs.rst).</summary>
    public void MakeWhiteout(ReadOnlySpan<byte> path)
    {
        SafeFileHandle parent = Split(path, out byte[] name);
        if (LibC.MakeNodeAt(parent, ref name[0], (uint)NodeType.CharacterDevice, 0) == 0)
        {
            return;
        }

        Check(ErrnoExtensions.Last == Errno.EEXIST, "make whiteout", path, ErrnoExtensions.Last);
        _ = IsWhiteout(parent, name, out bool isDirectory);
        if (isDirectory)
        {
            MakeOpaque(path);
        }
    }

    /// <summary>Hides everything that layers below have in a directory.</summary>
    public void MakeOpaque(ReadOnlySpan<byte> path) =>
        SetAttribute(_parents.Open(path), path, new ExtendedAttribute(OpaqueAttribute, [(byte)'y']));

    /// <summary>Sets what is known of directories; then all is as it should be.</summary>
    public void Finish()
    {
        foreach ((string key, FileMetadata metadata) in _directories)
        {
            byte[] path = Encoding.Latin1.GetBytes(key);
            SetDirectory(path, metadata);
        }
    }

    /// <summary>Brings everything to disk: once for all files, which costs far less than each by itself.</summary>
    public void Sync() => Sync(_root);

    /// <summary>Brings everything on the file system of a directory to disk.</summary>
    public static void Sync(string directory)
    {
        using SafeFileHandle handle = LibC.Open(directory, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        Sync(handle);
    }

    private static void Sync(SafeFileHandle root)
    {
        if (root.IsInvalid || LibC.SyncFileSystem(root) != 0)
        {
            throw new LinuxException("syncfs", "", ErrnoExtensions.Last);
        }
    }

    public void Dispose()
    {
        _parents.Dispose();
        _root.Dispose();
    }

    /// <summary>A directory that a later entry replaced has nothing to set any more.</summary>
    private void SetDirectory(byte[] path, in FileMetadata metadata)
    {
        byte[] name = [(byte)'.', 0];
        SafeFileHandle parent = path.Length == 0 ? _root : Split(path, out name);
        using SafeFileHandle directory = LibC.OpenAt(
            parent, ref name[0], LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
        if (directory.IsInvalid)
        {
            Errno errno = ErrnoExtensions.Last;
            Check(errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP, "open directory", path, errno);
            return;
        }

        FinishFile(directory, path, metadata, SetsRoot);
    }

    private SafeFileHandle Split(ReadOnlySpan<byte> path, out byte[] name)
    {
        int slash = path.LastIndexOf((byte)'/');
        name = new byte[path.Length - slash];
        path[(slash + 1)..].CopyTo(name);
        return _parents.Open(slash < 0 ? [] : path[..slash]);
    }

    /// <summary>
    /// Takes away what is at a path, whatever it is, but for what something is mounted on: the kernel lets go of mounts in other namespaces
    /// without a word.
    /// </summary>
    private SafeFileHandle Clear(ReadOnlySpan<byte> path, out byte[] name)
    {
        SafeFileHandle parent = Split(path, out name);
        bool isThere = LibC.StatxAt(parent, ref name[0], LibC.AT_SYMLINK_NOFOLLOW, LibC.STATX_BASIC_STATS, out LibC.StatxBuffer status) == 0;
        Check(!isThere || !status.IsMountRoot, "replace", path, Errno.EBUSY);
        if (LibC.UnlinkAt(parent, ref name[0], 0) != 0)
        {
            Check(ErrnoExtensions.Last == Errno.EISDIR, "replace", path, ErrnoExtensions.Last);
            if (KeepsKinds)
            {
                throw new FileKindException(path, isDirectory: true);
            }

            RemoveTree(parent, name, path);
        }

        _parents.Forget();
        return Split(path, out name);
    }

    /// <summary>By way of a name of ours, since not every name is text; beside the old one, since another file system may be mounted there.</summary>
    private static void RemoveTree(SafeFileHandle parent, byte[] name, ReadOnlySpan<byte> path)
    {
        string aside = $".replaced-{Guid.NewGuid():N}";
        byte[] asideName = Terminated(aside);
        Check(LibC.RenameAt(parent, ref name[0], parent, ref asideName[0]) == 0, "replace", path);
        TreeRemoval.Remove($"/proc/self/fd/{parent.DangerousGetHandle()}/{aside}");
    }

    private static bool IsWhiteout(SafeFileHandle parent, byte[] name, out bool isDirectory)
    {
        const int TypeMask = 0xf000; // S_IFMT
        const int Directory = 0x4000;
        isDirectory = false;
        if (LibC.StatxAt(parent, ref name[0], LibC.AT_SYMLINK_NOFOLLOW, LibC.STATX_BASIC_STATS, out LibC.StatxBuffer status) != 0)
        {
            return false;
        }

        isDirectory = (status.Mode & TypeMask) == Directory;
        return (status.Mode & TypeMask) == (int)NodeType.CharacterDevice && status is { DeviceMajor: 0, DeviceMinor: 0 };
    }

    private void SetByName(SafeFileHandle parent, byte[] name, ReadOnlySpan<byte> path, in FileMetadata metadata, bool isLink)
    {
        if (SetsRoot || metadata.Uid != 0 || metadata.Gid != 0)
        {
            Check(LibC.ChangeOwnerAt(parent, ref name[0], metadata.Uid, metadata.Gid, LibC.AT_SYMLINK_NOFOLLOW) == 0, "chown", path);
        }

        if (!isLink)
        {
            Check(LibC.ChangeModeAt(parent, ref name[0], metadata.Permissions, 0) == 0, "chmod", path);
        }

        foreach (ExtendedAttribute attribute in metadata.Attributes)
        {
            byte[] full = [.. Encoding.UTF8.GetBytes($"/proc/self/fd/{parent.DangerousGetHandle()}/"), .. name];
            byte[] attributeName = Terminated(attribute.Name);
            byte[] value = NonEmpty(attribute.Value);
            bool set = LibC.SetAttributeOfPath(ref full[0], ref attributeName[0], ref value[0], attribute.Value.Length, 0) == 0;
            CheckAttribute(set, attribute, path);
        }

        Check(LibC.SetTimesAt(parent, ref name[0], Times(metadata), LibC.AT_SYMLINK_NOFOLLOW) == 0, "set times of", path);
    }

    private static void SetAttribute(SafeFileHandle file, ReadOnlySpan<byte> path, ExtendedAttribute attribute)
    {
        byte[] name = Terminated(attribute.Name);
        byte[] value = NonEmpty(attribute.Value);
        bool set = LibC.SetAttribute(file, ref name[0], ref value[0], attribute.Value.Length, 0) == 0;
        CheckAttribute(set, attribute, path);
    }

    /// <summary>
    /// A file system without a kind of attribute holds the file without it, as everywhere; user attributes are for files and directories only
    /// (xattr(7)), so that the kernel refuses them on links and devices.
    /// </summary>
    private static void CheckAttribute(bool set, ExtendedAttribute attribute, ReadOnlySpan<byte> path)
    {
        if (!set)
        {
            Errno errno = ErrnoExtensions.Last;
            bool isTolerable = errno == Errno.EOPNOTSUPP || (errno == Errno.EPERM && attribute.Name.StartsWith("user.", StringComparison.Ordinal));
            Check(isTolerable, $"set attribute {attribute.Name} of", path, errno);
        }
    }

    private static LibC.FileTimes Times(in FileMetadata metadata) => new()
    {
        AccessSeconds = metadata.ModifiedSeconds,
        AccessNanoseconds = metadata.ModifiedNanoseconds,
        ModifySeconds = metadata.ModifiedSeconds,
        ModifyNanoseconds = metadata.ModifiedNanoseconds,
    };

    /// <summary>makedev(3).</summary>
    private static ulong Device(uint major, uint minor) =>
        (minor & 0xffu) | ((major & 0xfffu) << 8) | ((ulong)(minor & ~0xffu) << 12) | ((ulong)(major & ~0xfffu) << 32);

    private static byte[] Terminated(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    /// <summary>There is no reference to the first of no bytes.</summary>
    private static byte[] NonEmpty(byte[] value) => value.Length == 0 ? [0] : value;

    private static void Check(bool success, string operation, ReadOnlySpan<byte> path, Errno? errno = null)
    {
        if (!success)
        {
            throw new LinuxException(operation, Encoding.UTF8.GetString(path), errno ?? ErrnoExtensions.Last);
        }
    }
}
