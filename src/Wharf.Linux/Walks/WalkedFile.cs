using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Fds;
using Wharf.Linux.Files;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Walks;

/// <summary>An open file that a walk has seen.</summary>
public sealed class WalkedFile : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly string _path;

    internal WalkedFile(SafeFileHandle file, string path)
    {
        _file = file;
        _path = path;
    }

    /// <summary>As it is now.</summary>
    public WalkedStatus Status =>
        LibC.StatxOf(_file, "", LibC.AT_EMPTY_PATH, LibC.STATX_BASIC_STATS, out LibC.StatxBuffer raw) == 0
            ? DirectoryWalk.StatusOf(in raw)
            : throw new LinuxException("stat", _path, ErrnoExtensions.Last);

    /// <returns>Bytes read; 0 at the end.</returns>
    public int Read(Span<byte> buffer) => Descriptor.Read(_file, buffer);

    /// <summary>Goes back to the start.</summary>
    public void Rewind() => Seek(0);

    /// <summary>Goes on where, from here on, there is data: what is between is a hole (lseek(2), SEEK_DATA).</summary>
    /// <param name="at">Where the next read would begin.</param>
    /// <returns>Where it begins now; <paramref name="size"/> when there is no more data.</returns>
    public long SkipHole(long at, long size)
    {
        const int SeekData = 3;
        long data = LibC.Seek(_file, at, SeekData);
        if (data >= 0)
        {
            return data;
        }

        switch (ErrnoExtensions.Last)
        {
            case Errno.ENXIO:
                Seek(size);
                return size;
            case Errno.EINVAL:
                // A file system that knows of no holes.
                return at;
            case var errno:
                throw new LinuxException("seek", _path, errno);
        }
    }

    /// <summary>Its extended attributes; none where the file system has none.</summary>
    public Dictionary<string, byte[]>? Attributes()
    {
        List<ExtendedAttribute> attributes = ExtendedAttributes.Of(_file);
        return attributes.Count == 0 ? null : attributes.ToDictionary(attribute => attribute.Name, attribute => attribute.Value);
    }

    public void Dispose() => _file.Dispose();

    private void Seek(long offset)
    {
        if (LibC.Seek(_file, offset, 0) < 0)
        {
            throw new LinuxException("seek", _path, ErrnoExtensions.Last);
        }
    }
}
