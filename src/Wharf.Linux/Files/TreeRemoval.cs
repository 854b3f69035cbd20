using System.Text;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Files;

/// <summary>
/// Removes a directory with all in it. By descriptor, never following a link: what containers leave behind may have any shape, names that are
/// not text, and directories deeper than a path can be long.
/// </summary>
public sealed class TreeRemoval
{
    /// <summary>Deeper directories are first moved to the top, so that neither stack nor descriptors run out.</summary>
    private const int MaxDepth = 64;

    private readonly SafeFileHandle _top;
    private readonly string _path;
    private int _moved;

    private TreeRemoval(SafeFileHandle top, string path)
    {
        _top = top;
        _path = path;
    }

    /// <summary>Removes the directory <paramref name="path"/>; that it is not there is fine.</summary>
    /// <exception cref="LinuxException"/>
    public static void Remove(string path)
    {
        // What was moved to the top may come too late for one pass over it.
        while (RemoveContents(path))
        {
        }

        if (LibC.RemoveDirectory(path) != 0 && ErrnoExtensions.Last is var failure && failure != Errno.ENOENT)
        {
            throw new LinuxException("remove", path, failure);
        }
    }

    /// <returns>True when directories were moved to the top.</returns>
    private static bool RemoveContents(string path)
    {
        using SafeFileHandle top = LibC.Open(path, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
        if (top.IsInvalid)
        {
            Errno errno = ErrnoExtensions.Last;
            return errno == Errno.ENOENT ? false : throw new LinuxException("open", path, errno);
        }

        var removal = new TreeRemoval(top, path);
        removal.RemoveContents(top, depth: 0);
        return removal._moved > 0;
    }

    private void RemoveContents(SafeFileHandle directory, int depth)
    {
        var entries = new DirectoryEntries(directory, _path);
        while (entries.Next())
        {
            RemoveEntry(directory, entries.Name, entries.Type, depth);
        }
    }

    private void RemoveEntry(SafeFileHandle parent, Span<byte> name, int type, int depth)
    {
        if (type is not (DirectoryEntries.DirectoryType or DirectoryEntries.UnknownType))
        {
            Unlink(parent, name, 0);
            return;
        }

        using SafeFileHandle directory = LibC.OpenAt(parent, ref name[0], LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
        if (directory.IsInvalid)
        {
            Errno errno = ErrnoExtensions.Last;
            if (errno is not (Errno.ENOTDIR or Errno.ELOOP or Errno.ENOENT))
            {
                throw new LinuxException("open directory below", _path, errno);
            }

            Unlink(parent, name, 0);
            return;
        }

        if (depth == MaxDepth)
        {
            MoveToTop(parent, name);
            return;
        }

        RemoveContents(directory, depth + 1);
        Unlink(parent, name, LibC.AT_REMOVEDIR);
    }

    private void MoveToTop(SafeFileHandle parent, Span<byte> name)
    {
        byte[] newName;
        do
        {
            newName = [.. Encoding.ASCII.GetBytes($"deep-{_moved++}"), 0];
        }
        while (LibC.RenameAt(parent, ref name[0], _top, ref newName[0]) != 0 && TryAnother(ErrnoExtensions.Last));
    }

    /// <summary>The container may have made a name like ours itself.</summary>
    private bool TryAnother(Errno errno) => errno is Errno.ENOTEMPTY or Errno.EEXIST or Errno.ENOTDIR
        ? true
        : throw new LinuxException("move directory below", _path, errno);

    private void Unlink(SafeFileHandle parent, Span<byte> name, int flags)
    {
        if (LibC.UnlinkAt(parent, ref name[0], flags) != 0 && ErrnoExtensions.Last is var errno && errno != Errno.ENOENT)
        {
            throw new LinuxException("remove below", _path, errno);
        }
    }
}
