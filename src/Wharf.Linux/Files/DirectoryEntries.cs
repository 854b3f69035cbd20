using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Files;

/// <summary>
/// The names in an open directory as the kernel has them: bytes, with the zero at their end, without <c>.</c> and <c>..</c>. .NET's own
/// enumeration loses names that are not UTF-8.
/// </summary>
internal ref struct DirectoryEntries(SafeFileHandle directory, string describe)
{
    private const int LengthOffset = 16; // struct linux_dirent64 (getdents64(2))
    private const int TypeOffset = 18;
    private const int NameOffset = 19;
    private readonly byte[] _buffer = new byte[4096];
    private int _offset;
    private int _size;

    internal const int DirectoryType = 4; // DT_DIR
    internal const int UnknownType = 0; // DT_UNKNOWN

    /// <summary>Type of the current entry, as far as the file system says.</summary>
    internal int Type { get; private set; }

    /// <summary>Valid until the next call of <see cref="Next"/>.</summary>
    internal Span<byte> Name { get; private set; }

    /// <exception cref="LinuxException"/>
    internal bool Next()
    {
        do
        {
            if (_offset == _size)
            {
                nint read = LibC.GetDirectoryEntries(directory, ref _buffer[0], _buffer.Length);
                if (read < 0)
                {
                    throw new LinuxException("read directory below", describe, ErrnoExtensions.Last);
                }

                _offset = 0;
                _size = (int)read;
                if (read == 0)
                {
                    return false;
                }
            }

            Span<byte> entry = _buffer.AsSpan(_offset, MemoryMarshal.Read<ushort>(_buffer.AsSpan(_offset + LengthOffset)));
            _offset += entry.Length;
            Type = entry[TypeOffset];
            Name = entry[NameOffset..];
            Name = Name[..(Name.IndexOf((byte)0) + 1)];
        }
        while (Name is [(byte)'.', 0] or [(byte)'.', (byte)'.', 0]);

        return true;
    }
}
