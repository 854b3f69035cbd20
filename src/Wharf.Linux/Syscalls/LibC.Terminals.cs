using System.Runtime.InteropServices;

namespace Wharf.Linux.Syscalls;

/// <summary>termios(3), tty_ioctl(4), and plain blocking read(2) and write(2) on a standard stream.</summary>
internal static partial class LibC
{
    [LibraryImport(Library, EntryPoint = "isatty", SetLastError = true)]
    internal static partial int IsATty(int fd);

    [LibraryImport(Library, EntryPoint = "tcgetattr", SetLastError = true)]
    internal static unsafe partial int TcGetAttr(int fd, Termios* attributes);

    [LibraryImport(Library, EntryPoint = "tcsetattr", SetLastError = true)]
    internal static unsafe partial int TcSetAttr(int fd, int when, Termios* attributes);

    [LibraryImport(Library, EntryPoint = "cfmakeraw")]
    internal static unsafe partial void CfMakeRaw(Termios* attributes);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    internal static unsafe partial int IoctlWindowSize(int fd, nuint request, WindowSizeFields* size);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    internal static unsafe partial int IoctlMaster(SafeHandle master, nuint request, WindowSizeFields* size);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    internal static unsafe partial nint ReadStandard(int fd, byte* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    internal static unsafe partial nint WriteStandard(int fd, byte* buffer, nuint count);

    /// <summary>struct termios of glibc on Linux: 60 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct Termios
    {
        internal uint InputFlags;
        internal uint OutputFlags;
        internal uint ControlFlags;
        internal uint LocalFlags;
        internal byte LineDiscipline;
        internal fixed byte ControlCharacters[32];
        internal uint InputSpeed;
        internal uint OutputSpeed;
    }

    /// <summary>struct winsize.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct WindowSizeFields
    {
        internal ushort Rows;
        internal ushort Columns;
        internal ushort WidthPixels;
        internal ushort HeightPixels;
    }
}
