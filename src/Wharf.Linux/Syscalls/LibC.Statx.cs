using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wharf.Linux.Syscalls;

/// <summary>statx(2).</summary>
internal static partial class LibC
{
    internal const int AT_SYMLINK_NOFOLLOW = 0x100;
    internal const uint STATX_BASIC_STATS = 0x7ff;

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Statx(nint directory, string path, int flags, uint mask, out StatxBuffer status);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int StatxOf(SafeFileHandle file, string path, int flags, uint mask, out StatxBuffer status);

    /// <summary>struct statx: 256 bytes on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct StatxBuffer
    {
        [FieldOffset(8)]
        internal ulong Attributes;
        [FieldOffset(16)]
        internal uint Links;
        [FieldOffset(20)]
        internal uint Uid;
        [FieldOffset(24)]
        internal uint Gid;
        [FieldOffset(28)]
        internal ushort Mode;
        [FieldOffset(32)]
        internal ulong Inode;
        [FieldOffset(40)]
        internal ulong Size;
        [FieldOffset(48)]
        internal ulong Blocks;
        [FieldOffset(64)]
        internal long AccessSeconds;
        [FieldOffset(72)]
        internal uint AccessNanoseconds;
        [FieldOffset(96)]
        internal long ChangeSeconds;
        [FieldOffset(104)]
        internal uint ChangeNanoseconds;
        [FieldOffset(112)]
        internal long ModifySeconds;
        [FieldOffset(120)]
        internal uint ModifyNanoseconds;
        [FieldOffset(128)]
        internal uint DeviceMajor;
        [FieldOffset(132)]
        internal uint DeviceMinor;
        [FieldOffset(136)]
        internal uint FileSystemMajor;
        [FieldOffset(140)]
        internal uint FileSystemMinor;

        /// <summary>S_ISREG.</summary>
        internal readonly bool IsRegular => (Mode & 0xf000) == 0x8000;

        /// <summary>STATX_ATTR_MOUNT_ROOT (Linux 5.8).</summary>
        internal readonly bool IsMountRoot => (Attributes & 0x2000) != 0;
    }
}
