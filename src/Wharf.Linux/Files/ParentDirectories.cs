using System.Text;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Files;

/// <summary>
/// Descriptors of the directories below one root that files are being made in. Each is looked up with openat2(2) and RESOLVE_IN_ROOT, so that
/// neither links nor <c>..</c> lead outside, and kept: archives list a directory's files together.
/// </summary>
internal sealed class ParentDirectories : IDisposable
{
    private const int Kept = 64;
    private const uint MissingDirectoryMode = 0x1ed; // 0755
    private readonly SafeFileHandle _root;
    private readonly Dictionary<string, SafeFileHandle> _open = [];
    private byte[] _lastPath = [];
    private SafeFileHandle _last;

    internal ParentDirectories(SafeFileHandle root)
    {
        _root = root;
        _last = root;
    }

    /// <summary>The directory <paramref name="path"/> (no leading slash; empty is the root); what of it is missing is made.</summary>
    /// <exception cref="LinuxException"/>
    internal SafeFileHandle Open(ReadOnlySpan<byte> path)
    {
        if (path.SequenceEqual(_lastPath))
        {
            return _last;
        }

        SafeFileHandle found = path.IsEmpty ? _root : Find(path);
        _lastPath = path.ToArray();
        _last = found;
        return found;
    }

    /// <summary>To be called when a directory or link that paths may have led through goes away.</summary>
    internal void Forget()
    {
        foreach (SafeFileHandle directory in _open.Values)
        {
            directory.Dispose();
        }

        _open.Clear();
        _lastPath = [];
        _last = _root;
    }

    public void Dispose() => Forget();

    private SafeFileHandle Find(ReadOnlySpan<byte> path)
    {
        // Latin-1 maps every byte to one character, so names that are not UTF-8 stay apart.
        string key = Encoding.Latin1.GetString(path);
        if (_open.TryGetValue(key, out SafeFileHandle? known))
        {
            return known;
        }

        SafeFileHandle directory = Lookup(path, out Errno errno);
        if (errno == Errno.ENOENT)
        {
            Make(path);
            directory = Lookup(path, out errno);
        }

        if (errno != Errno.None)
        {
            throw new LinuxException("open directory", Encoding.UTF8.GetString(path), errno);
        }

        if (_open.Count == Kept)
        {
            Forget();
        }

        _open[key] = directory;
        return directory;
    }

    private SafeFileHandle Lookup(ReadOnlySpan<byte> path, out Errno errno)
    {
        byte[] terminated = [.. path, 0];
        var how = new LibC.OpenHow
        {
            Flags = (ulong)(LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_CLOEXEC),
            Resolve = LibC.RESOLVE_IN_ROOT | LibC.RESOLVE_NO_MAGICLINKS,
        };
        SafeFileHandle directory = LibC.OpenAt2(_root, ref terminated[0], in how);
        errno = directory.IsInvalid ? ErrnoExtensions.Last : Errno.None;
        return directory;
    }

    private void Make(ReadOnlySpan<byte> path)
    {
        int slash = path.LastIndexOf((byte)'/');
        SafeFileHandle parent = slash < 0 ? _root : Find(path[..slash]);
        byte[] name = [.. path[(slash + 1)..], 0];
        if (LibC.MakeDirectoryAt(parent, ref name[0], MissingDirectoryMode) != 0)
        {
            throw new LinuxException("make directory", Encoding.UTF8.GetString(path), ErrnoExtensions.Last);
        }
    }
}
