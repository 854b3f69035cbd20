using System.Text;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Files;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Walks;

/// <summary>
/// Looks at a directory and all below it, by descriptor and without following a link, with one statx(2) an entry; and opens files that were
/// seen. It is apart from <c>Files</c> because the command line may use it.
/// </summary>
public sealed class DirectoryWalk : IDisposable
{
    private const int MaxDepth = 500; // each holds a descriptor
    private const int MaxLinkLength = 4096; // PATH_MAX
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly string _path;
    private readonly SafeFileHandle _root;

    private DirectoryWalk(string path, SafeFileHandle root)
    {
        _path = path;
        _root = root;
    }

    /// <exception cref="LinuxException">It is no directory, or cannot be read.</exception>
    public static DirectoryWalk Open(string path)
    {
        SafeFileHandle root = LibC.Open(path, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        return root.IsInvalid ? throw new LinuxException("open", path, ErrnoExtensions.Last) : new DirectoryWalk(path, root);
    }

    /// <exception cref="LinuxException">Something cannot be read.</exception>
    /// <exception cref="IOException">A name is no UTF-8.</exception>
    public void Run(IWalkVisitor visitor)
    {
        byte[] self = [(byte)'.', 0];
        using SafeFileHandle root = LibC.OpenAt(_root, ref self[0], LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        Check(!root.IsInvalid, "open", "");
        Walk(root, "", 0, visitor);
    }

    /// <summary>Opens a regular file below the root, through no link.</summary>
    /// <exception cref="LinuxException"/>
    public WalkedFile OpenFile(string path)
    {
        var how = new LibC.OpenHow
        {
            // O_NONBLOCK: what has become a FIFO meanwhile must not be waited for.
            Flags = (ulong)(LibC.O_RDONLY | LibC.O_NONBLOCK | LibC.O_NOFOLLOW | LibC.O_CLOEXEC),
            Resolve = LibC.RESOLVE_IN_ROOT | LibC.RESOLVE_NO_MAGICLINKS | LibC.RESOLVE_NO_SYMLINKS,
        };
        SafeFileHandle file = LibC.OpenAt2(_root, path, in how);
        Check(!file.IsInvalid, "open", path);
        return new WalkedFile(file, Path.Combine(_path, path));
    }

    public void Dispose() => _root.Dispose();

    internal static WalkedStatus StatusOf(in LibC.StatxBuffer raw)
    {
        const int TypeMask = 0xf000; // S_IFMT
        WalkedType type = (raw.Mode & TypeMask) switch
        {
            0x8000 => WalkedType.File,
            0x4000 => WalkedType.Directory,
            0xa000 => WalkedType.SymbolicLink,
            0xc000 => WalkedType.Socket,
            _ => WalkedType.Other,
        };
        return new WalkedStatus(
            type,
            raw.Mode & 0xfffu,
            type == WalkedType.File ? (long)raw.Size : 0,
            raw.ModifySeconds,
            raw.ModifyNanoseconds,
            raw.ChangeSeconds,
            raw.ChangeNanoseconds,
            raw.Inode)
        {
            Links = raw.Links,
        };
    }

    private void Walk(SafeFileHandle directory, string prefix, int depth, IWalkVisitor visitor)
    {
        if (depth == MaxDepth)
        {
            throw new LinuxException("read directory", Path.Combine(_path, prefix), Errno.ENAMETOOLONG);
        }

        foreach (byte[] name in NamesIn(directory, prefix))
        {
            string path = prefix + Text(name.AsSpan(..^1), prefix);
            if (LibC.StatxAt(directory, ref name[0], LibC.AT_SYMLINK_NOFOLLOW, LibC.STATX_BASIC_STATS, out LibC.StatxBuffer raw) != 0)
            {
                // It has gone since the directory was read.
                Check(ErrnoExtensions.Last == Errno.ENOENT, "stat", path);
                continue;
            }

            WalkedStatus status = StatusOf(in raw);
            string? target = status.Type == WalkedType.SymbolicLink ? TargetOf(directory, name, path) : null;
            if (visitor.Visit(path, in status, target) && status.Type == WalkedType.Directory)
            {
                using SafeFileHandle below = LibC.OpenAt(
                    directory, ref name[0], LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
                Check(!below.IsInvalid, "open", path);
                Walk(below, path + "/", depth + 1, visitor);
            }
        }
    }

    /// <summary>With the zero at their end.</summary>
    private List<byte[]> NamesIn(SafeFileHandle directory, string prefix)
    {
        List<byte[]> names = [];
        var entries = new DirectoryEntries(directory, Path.Combine(_path, prefix));
        while (entries.Next())
        {
            names.Add(entries.Name.ToArray());
        }

        names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        return names;
    }

    private string TargetOf(SafeFileHandle directory, byte[] name, string path)
    {
        byte[] target = new byte[MaxLinkLength];
        nint length = LibC.ReadLinkAt(directory, ref name[0], ref target[0], target.Length);
        Check(length >= 0, "readlink", path);
        return Text(target.AsSpan(0, (int)length), path);
    }

    private string Text(ReadOnlySpan<byte> bytes, string where)
    {
        try
        {
            return s_strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new IOException($"{Path.Combine(_path, where)}: the name or target {Encoding.UTF8.GetString(bytes)} is not valid UTF-8");
        }
    }

    private void Check(bool good, string operation, string path)
    {
        if (!good)
        {
            throw new LinuxException(operation, Path.Combine(_path, path), ErrnoExtensions.Last);
        }
    }
}
