using System.Text;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Files;

/// <summary>
/// Copies a directory with all in it: contents, owners, modes, times, extended attributes, links of both kinds, devices, FIFOs. By descriptor
/// and name, never following a link.
/// </summary>
public sealed class TreeCopy
{
    private const int TypeMask = 0xf000; // S_IFMT
    private const int DirectoryMode = 0x4000;
    private const int RegularMode = 0x8000;
    private const int LinkMode = 0xa000;
    private const int MaxLinkLength = 4096; // PATH_MAX
    private const int MaxAttributeBytes = 65536; // XATTR_LIST_MAX and XATTR_SIZE_MAX
    private const int MaxDepth = 256;

    private readonly string _source;
    private readonly SafeFileHandle _target;

    /// <summary>Where below the target we are, with a slash at its end.</summary>
    private readonly List<byte> _path = [];

    /// <summary>First copy of each file with several names, below the target, by file system and inode.</summary>
    private readonly Dictionary<(uint, uint, ulong), byte[]> _linked = [];

    private TreeCopy(string source, SafeFileHandle target)
    {
        _source = source;
        _target = target;
    }

    /// <summary>Copies the contents of the directory <paramref name="source"/> into the existing <paramref name="target"/>, whose metadata becomes the source's.</summary>
    /// <exception cref="LinuxException"/>
    public static void Copy(string source, string target)
    {
        using SafeFileHandle from = LibC.Open(source, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        Check(!from.IsInvalid, "open", source);
        using SafeFileHandle to = LibC.Open(target, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        Check(!to.IsInvalid, "open", target);
        var copy = new TreeCopy(source, to);
        copy.CopyDirectory(from, to, depth: 0);

        byte[] self = [(byte)'.', 0];
        Check(LibC.StatxAt(from, ref self[0], 0, LibC.STATX_BASIC_STATS, out LibC.StatxBuffer status) == 0, "stat", source);
        copy.CopyMetadata(to, self, in status, isLink: false);
    }

    private void CopyDirectory(SafeFileHandle from, SafeFileHandle to, int depth)
    {
        if (depth == MaxDepth)
        {
            throw new LinuxException("copy directory tree", _source, Errno.ENAMETOOLONG);
        }

        CopyAttributes(from, to);
        var entries = new DirectoryEntries(from, _source);
        while (entries.Next())
        {
            CopyEntry(from, to, entries.Name, depth);
        }
    }

    private void CopyEntry(SafeFileHandle from, SafeFileHandle to, Span<byte> name, int depth)
    {
        Check(
            LibC.StatxAt(from, ref name[0], LibC.AT_SYMLINK_NOFOLLOW, LibC.STATX_BASIC_STATS, out LibC.StatxBuffer status) == 0,
            "stat below",
            _source);
        int type = status.Mode & TypeMask;
        if (type != DirectoryMode && status.Links > 1 && TryLink(to, name, in status))
        {
            return;
        }

        switch (type)
        {
            case DirectoryMode:
                Check(LibC.MakeDirectoryAt(to, ref name[0], 0x1c0) == 0, "make directory for copy of", _source);
                int above = _path.Count;
                _path.AddRange(name[..^1]);
                _path.Add((byte)'/');
                using (SafeFileHandle source = OpenAt(from, name, LibC.O_DIRECTORY))
                using (SafeFileHandle target = OpenAt(to, name, LibC.O_DIRECTORY))
                {
                    CopyDirectory(source, target, depth + 1);
                }

                _path.RemoveRange(above, _path.Count - above);

                break;
            case RegularMode:
                CopyFile(from, to, name);
                break;
            case LinkMode:
                byte[] link = new byte[MaxLinkLength + 1];
                nint length = LibC.ReadLinkAt(from, ref name[0], ref link[0], MaxLinkLength);
                Check(length >= 0, "read link below", _source);
                Check(LibC.SymbolicLinkAt(ref link[0], to, ref name[0]) == 0, "make link for copy of", _source);
                break;
            default:
                ulong device = MakeDevice(status.DeviceMajor, status.DeviceMinor);
                Check(LibC.MakeNodeAt(to, ref name[0], status.Mode, device) == 0, "make node for copy of", _source);
                break;
        }

        CopyMetadata(to, name, in status, type == LinkMode);
    }

    private void CopyFile(SafeFileHandle from, SafeFileHandle to, Span<byte> name)
    {
        using SafeFileHandle source = OpenAt(from, name, 0);
        using SafeFileHandle target = LibC.CreateAt(to, ref name[0], LibC.O_WRONLY | LibC.O_CREAT | LibC.O_EXCL | LibC.O_CLOEXEC, 0x180);
        Check(!target.IsInvalid, "create copy below", _source);
        using (var input = new FileStream(source, FileAccess.Read, bufferSize: 0))
        using (var output = new FileStream(target, FileAccess.Write, bufferSize: 0))
        {
            input.CopyTo(output, 1 << 18);
            CopyAttributes(source, target);
        }
    }

    /// <summary>The second name of a file that has been copied; as a file of its own where that fails (a path too long, too many links).</summary>
    private bool TryLink(SafeFileHandle to, Span<byte> name, in LibC.StatxBuffer status)
    {
        var key = (status.FileSystemMajor, status.FileSystemMinor, status.Inode);
        if (_linked.TryGetValue(key, out byte[]? first))
        {
            return LibC.LinkAt(_target, ref first[0], to, ref name[0], 0) == 0;
        }

        _linked[key] = [.. _path, .. name];
        return false;
    }

    /// <summary>Owner first, since chown(2) clears the setuid bit; times last, since all else changes them.</summary>
    private void CopyMetadata(SafeFileHandle directory, Span<byte> name, in LibC.StatxBuffer status, bool isLink)
    {
        Check(LibC.ChangeOwnerAt(directory, ref name[0], status.Uid, status.Gid, LibC.AT_SYMLINK_NOFOLLOW) == 0, "chown copy of", _source);
        if (!isLink)
        {
            Check(LibC.ChangeModeAt(directory, ref name[0], status.Mode & 0xfffu, 0) == 0, "chmod copy of", _source);
        }

        var times = new LibC.FileTimes
        {
            AccessSeconds = status.AccessSeconds,
            AccessNanoseconds = status.AccessNanoseconds,
            ModifySeconds = status.ModifySeconds,
            ModifyNanoseconds = status.ModifyNanoseconds,
        };
        Check(LibC.SetTimesAt(directory, ref name[0], in times, LibC.AT_SYMLINK_NOFOLLOW) == 0, "set times of copy of", _source);
    }

    /// <summary>overlayfs keeps its own bookkeeping to itself, so what is listed belongs to the file.</summary>
    private void CopyAttributes(SafeFileHandle from, SafeFileHandle to)
    {
        byte[] names = new byte[MaxAttributeBytes];
        nint size = LibC.ListAttributes(from, ref names[0], names.Length);
        if (size <= 0)
        {
            return;
        }

        byte[] value = new byte[MaxAttributeBytes];
        for (int start = 0; start < size;)
        {
            int end = Array.IndexOf(names, (byte)0, start);
            nint length = LibC.GetAttribute(from, ref names[start], ref value[0], value.Length);
            if (length >= 0 && LibC.SetAttribute(to, ref names[start], ref value[0], length, 0) != 0
                && ErrnoExtensions.Last is var errno && errno != Errno.EOPNOTSUPP)
            {
                throw new LinuxException($"set attribute {Encoding.UTF8.GetString(names, start, end - start)} on copy of", _source, errno);
            }

            start = end + 1;
        }
    }

    private SafeFileHandle OpenAt(SafeFileHandle directory, Span<byte> name, int flags)
    {
        SafeFileHandle handle = LibC.OpenAt(directory, ref name[0], LibC.O_RDONLY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC | flags);
        Check(!handle.IsInvalid, "open below", _source);
        return handle;
    }

    /// <summary>makedev(3).</summary>
    private static ulong MakeDevice(uint major, uint minor) =>
        ((major & 0xffff_f000ul) << 32) | ((major & 0xffful) << 8) | ((minor & 0xffff_ff00ul) << 12) | (minor & 0xfful);

    private static void Check(bool good, string operation, string target)
    {
        if (!good)
        {
            throw new LinuxException(operation, target, ErrnoExtensions.Last);
        }
    }
}
