using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Fds;

/// <summary>What happened to an entry of a watched directory; the kernel's bits (inotify(7)).</summary>
[Flags]
public enum DirectoryChange : uint
{
    None = 0,
    Modified = 0x002,
    MovedHere = 0x080,
    Created = 0x100,

    /// <summary>The queue was full: changes are missing.</summary>
    Overflow = 0x4000,
}

/// <summary>Tells what happens in one directory. Await <see cref="Handle"/> with a <see cref="DescriptorWaiter"/>, then read.</summary>
public sealed unsafe class Inotify : IDisposable
{
    private const int HeaderBytes = 16; // wd, mask, cookie, length of the name that follows
    private const int BufferBytes = 4096;

    public Inotify(string directory, DirectoryChange changes)
    {
        Handle = LibC.InotifyCreate(LibC.O_CLOEXEC | LibC.O_NONBLOCK);
        if (Handle.IsInvalid)
        {
            throw new LinuxException("inotify_init", "", ErrnoExtensions.Last);
        }

        if (LibC.InotifyAdd(Handle, directory, (uint)changes) < 0)
        {
            Errno errno = ErrnoExtensions.Last;
            Handle.Dispose();
            throw new LinuxException("watch", directory, errno);
        }
    }

    public SafeFileHandle Handle { get; }

    /// <summary>Takes the changes that are queued, without waiting.</summary>
    public void Drain(Action<DirectoryChange, string> report)
    {
        byte* buffer = stackalloc byte[BufferBytes];
        var bytes = new Span<byte>(buffer, BufferBytes);
        int count;
        while ((count = Descriptor.Read(Handle, bytes)) > 0)
        {
            ReadOnlySpan<byte> rest = bytes[..count];
            while (rest.Length >= HeaderBytes)
            {
                var change = (DirectoryChange)BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
                int nameLength = BinaryPrimitives.ReadInt32LittleEndian(rest[12..]);
                report(change, Encoding.UTF8.GetString(rest.Slice(HeaderBytes, nameLength).TrimEnd((byte)0)));
                rest = rest[(HeaderBytes + nameLength)..];
            }
        }
    }

    public void Dispose() => Handle.Dispose();
}
