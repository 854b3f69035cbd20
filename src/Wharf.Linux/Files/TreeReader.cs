using System.Text;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Files;

/// <summary>
/// Walks a directory with all in it, always in the same order: names by their bytes, a directory before what is in it. By descriptor and name,
/// never following a link, whatever is done to the tree meanwhile. For one thread.
/// </summary>
public sealed class TreeReader : IDisposable
{
    private const int RegularType = 8; // DT_REG
    private const int MaxPath = 4096; // PATH_MAX: what no path can name, nobody can unpack again
    private const int MaxAttributeBytes = 65536; // XATTR_LIST_MAX and XATTR_SIZE_MAX

    private readonly string _root;
    private readonly Stack<DirectoryListing> _open = new();
    private readonly Stack<int> _lengths = new();
    private readonly byte[] _path = new byte[MaxPath + 1];
    private byte[]? _attributeNames;
    private byte[]? _attributeValue;

    /// <summary>The current file, if it is regular, or the current directory until its contents are walked.</summary>
    private SafeFileHandle? _file;

    /// <summary>Path of the directory being walked, with a slash at its end but for the root.</summary>
    private int _parentLength;

    private int _pathLength;
    private TreeEntry _entry;

    /// <exception cref="LinuxException"/>
    public TreeReader(string root)
        : this(OpenRoot(root), root)
    {
    }

    /// <param name="start">A regular file or a directory, or anything else opened as by O_PATH; owned from now on.</param>
    /// <param name="describe">What messages call it.</param>
    internal TreeReader(SafeFileHandle start, string describe)
    {
        _root = describe;
        _file = start;
        Check(LibC.StatxOf(_file, "", LibC.AT_EMPTY_PATH, LibC.STATX_BASIC_STATS, out LibC.StatxBuffer status) == 0, "stat");
        _entry = new TreeEntry(in status);
    }

    /// <summary>Where we are: at first the root itself, then what <see cref="Next"/> went to.</summary>
    public ref readonly TreeEntry Entry => ref _entry;

    /// <summary>Path below the root, without a slash at either end; empty for the root. Valid until <see cref="Next"/>.</summary>
    public ReadOnlySpan<byte> Path => _path.AsSpan(0, _pathLength);

    /// <summary>Goes to the next file: into the current directory, if it is one.</summary>
    /// <returns>False when there is none any more.</returns>
    /// <exception cref="LinuxException"/>
    public bool Next()
    {
        Descend();
        while (_open.TryPeek(out DirectoryListing? listing))
        {
            while (listing.Next(out Span<byte> name, out int type))
            {
                if (TryEnter(listing.Directory, name, type))
                {
                    return true;
                }
            }

            _open.Pop().Dispose();
            _parentLength = _lengths.Pop();
        }

        return false;
    }

    /// <summary>Leaves out what is in the current directory.</summary>
    public void SkipContents()
    {
        _file?.Dispose();
        _file = null;
    }

    /// <summary>Reads the current regular file on from where it was left.</summary>
    /// <returns>0 at its end.</returns>
    /// <exception cref="LinuxException"/>
    public int Read(Span<byte> buffer)
    {
        nint read = LibC.Read(_file!, buffer, buffer.Length);
        return read >= 0 ? (int)read : throw new LinuxException("read", DisplayPath, ErrnoExtensions.Last);
    }

    /// <summary>Copies the current regular file, from where it was left to its end.</summary>
    /// <exception cref="LinuxException"/>
    public void CopyTo(SafeFileHandle target) => FileCopy.Copy(_file!, target);

    /// <summary>Where the current symbolic link leads.</summary>
    /// <exception cref="LinuxException"/>
    public byte[] ReadLink()
    {
        byte[] target = new byte[MaxPath];
        SafeFileHandle at = _open.TryPeek(out DirectoryListing? listing) ? listing.Directory : _file!;
        nint length = LibC.ReadLinkAt(at, ref _path[_parentLength], ref target[0], target.Length);
        Check(length >= 0, "read link");
        return target[..(int)length];
    }

    /// <summary>Extended attributes of the current file, sorted by name; those that overlayfs keeps for itself included.</summary>
    /// <exception cref="LinuxException"/>
    public IReadOnlyList<ExtendedAttribute> ReadAttributes()
    {
        if (_file is not null && _entry.Type is not (TreeEntryType.Regular or TreeEntryType.Directory))
        {
            // O_PATH: fgetxattr(2) refuses, and what is neither file nor directory has no attributes that travel.
            return [];
        }

        byte[]? byName = _file is null
            ? [.. Encoding.UTF8.GetBytes($"/proc/self/fd/{_open.Peek().Directory.DangerousGetHandle()}/"), .. _path.AsSpan(_parentLength.._pathLength), 0]
            : null;
        byte[] names = _attributeNames ??= new byte[MaxAttributeBytes];
        nint size = byName is null
            ? LibC.ListAttributes(_file!, ref names[0], names.Length)
            : LibC.ListAttributesOfPath(ref byName[0], ref names[0], names.Length);
        if (size <= 0)
        {
            Check(size == 0 || ErrnoExtensions.Last is Errno.EOPNOTSUPP or Errno.ENOENT, "list attributes of");
            return [];
        }

        List<ExtendedAttribute> attributes = [];
        byte[] value = _attributeValue ??= new byte[MaxAttributeBytes];
        for (int start = 0; start < size;)
        {
            int end = Array.IndexOf(names, (byte)0, start);
            nint length = byName is null
                ? LibC.GetAttribute(_file!, ref names[start], ref value[0], value.Length)
                : LibC.GetAttributeOfPath(ref byName[0], ref names[start], ref value[0], value.Length);
            if (length >= 0)
            {
                attributes.Add(new ExtendedAttribute(Encoding.UTF8.GetString(names, start, end - start), value[..(int)length]));
            }

            start = end + 1;
        }

        attributes.Sort((x, y) => string.CompareOrdinal(x.Name, y.Name));
        return attributes;
    }

    /// <summary>Sets the time at which the current file was modified, and leaves all others as they are.</summary>
    /// <exception cref="LinuxException"/>
    public void SetModified(long seconds)
    {
        const long Omit = 0x3fff_fffe; // UTIME_OMIT
        var times = new LibC.FileTimes { AccessNanoseconds = Omit, ModifySeconds = seconds };
        bool set = _file is not null
            ? LibC.SetTimes(_file, in times) == 0
            : LibC.SetTimesAt(_open.Peek().Directory, ref _path[_parentLength], in times, LibC.AT_SYMLINK_NOFOLLOW) == 0;
        Check(set, "set times of");
    }

    public void Dispose()
    {
        _file?.Dispose();
        foreach (DirectoryListing listing in _open)
        {
            listing.Dispose();
        }
    }

    private static SafeFileHandle OpenRoot(string root)
    {
        SafeFileHandle directory = LibC.Open(root, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
        return directory.IsInvalid ? throw new LinuxException("open", root, ErrnoExtensions.Last) : directory;
    }

    private string DisplayPath => _pathLength == 0 ? _root : $"{_root}/{Encoding.UTF8.GetString(Path)}";

    private void Descend()
    {
        if (_file is not null && _entry.Type == TreeEntryType.Directory)
        {
            _lengths.Push(_parentLength);
            if (_pathLength > 0)
            {
                _path[_pathLength] = (byte)'/';
                _parentLength = _pathLength + 1;
            }

            _open.Push(new DirectoryListing(_file, DisplayPath));
        }
        else
        {
            _file?.Dispose();
        }

        _file = null;
    }

    /// <returns>False when the file is gone meanwhile.</returns>
    private bool TryEnter(SafeFileHandle parent, Span<byte> name, int type)
    {
        if (_parentLength + name.Length > MaxPath)
        {
            throw new LinuxException("walk", $"{DisplayPath}/…", Errno.ENAMETOOLONG);
        }

        name.CopyTo(_path.AsSpan(_parentLength));
        _pathLength = _parentLength + name.Length - 1;
        if (type == DirectoryEntries.UnknownType)
        {
            return TryStatus(parent, name, out LibC.StatxBuffer unknown) && TryEnter(parent, name, TypeOf(in unknown));
        }

        if (type is not (DirectoryEntries.DirectoryType or RegularType))
        {
            bool isThere = TryStatus(parent, name, out LibC.StatxBuffer other);
            _entry = new TreeEntry(in other);
            return isThere;
        }

        // O_NONBLOCK: somebody may have put a FIFO there since, whose open would wait.
        int kind = type == RegularType ? LibC.O_NONBLOCK : LibC.O_DIRECTORY;
        SafeFileHandle file = LibC.OpenAt(parent, ref name[0], LibC.O_RDONLY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC | kind);
        if (file.IsInvalid)
        {
            Check(ErrnoExtensions.Last is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP or Errno.ENXIO, "open");
            return false;
        }

        Check(LibC.StatxOf(file, "", LibC.AT_EMPTY_PATH, LibC.STATX_BASIC_STATS, out LibC.StatxBuffer status) == 0, "stat");
        _entry = new TreeEntry(in status);
        if (_entry.Type is not (TreeEntryType.Regular or TreeEntryType.Directory))
        {
            file.Dispose();
            return false;
        }

        _file = file;
        return true;
    }

    private bool TryStatus(SafeFileHandle parent, Span<byte> name, out LibC.StatxBuffer status)
    {
        bool isThere = LibC.StatxAt(parent, ref name[0], LibC.AT_SYMLINK_NOFOLLOW, LibC.STATX_BASIC_STATS, out status) == 0;
        Check(isThere || ErrnoExtensions.Last == Errno.ENOENT, "stat");
        return isThere;
    }

    /// <summary>DT_… of getdents64(2) is the mode's type without its lower bits.</summary>
    private static int TypeOf(in LibC.StatxBuffer status) => status.Mode >> 12;

    private void Check(bool good, string operation)
    {
        if (!good)
        {
            throw new LinuxException(operation, DisplayPath, ErrnoExtensions.Last);
        }
    }
}
