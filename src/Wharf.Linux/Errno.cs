using System.Runtime.InteropServices;

namespace Wharf.Linux;

/// <summary>Error numbers of Linux on x86-64 and arm64 (errno(3)); the two agree on every value named here.</summary>
public enum Errno
{
    None = 0,
    EPERM = 1,
    ENOENT = 2,
    ESRCH = 3,
    EINTR = 4,
    EIO = 5,
    ENXIO = 6,
    E2BIG = 7,
    ENOEXEC = 8,
    EBADF = 9,
    ECHILD = 10,
    EAGAIN = 11,
    ENOMEM = 12,
    EACCES = 13,
    EFAULT = 14,
    EBUSY = 16,
    EEXIST = 17,
    EXDEV = 18,
    ENODEV = 19,
    ENOTDIR = 20,
    EISDIR = 21,
    EINVAL = 22,
    ENFILE = 23,
    EMFILE = 24,
    ENOTTY = 25,
    ETXTBSY = 26,
    EFBIG = 27,
    ENOSPC = 28,
    ESPIPE = 29,
    EROFS = 30,
    EMLINK = 31,
    EPIPE = 32,
    ERANGE = 34,
    ENAMETOOLONG = 36,
    ENOSYS = 38,
    ENOTEMPTY = 39,
    ELOOP = 40,
    ENODATA = 61,
    EOVERFLOW = 75,
    ENOTSOCK = 88,
    EMSGSIZE = 90,
    EOPNOTSUPP = 95,
    EAFNOSUPPORT = 97,
    EADDRINUSE = 98,
    EADDRNOTAVAIL = 99,
    ENETDOWN = 100,
    ENETUNREACH = 101,
    ECONNABORTED = 103,
    ECONNRESET = 104,
    ENOBUFS = 105,
    EISCONN = 106,
    ENOTCONN = 107,
    ETIMEDOUT = 110,
    ECONNREFUSED = 111,
    EALREADY = 114,
    EINPROGRESS = 115,
    EDQUOT = 122,
}

/// <summary>Reading errno, and saying it in words.</summary>
public static class ErrnoExtensions
{
    /// <summary>The errno of the last P/Invoke with <c>SetLastError</c> on this thread: read it on the very next line.</summary>
    public static Errno Last => (Errno)Marshal.GetLastPInvokeError();

    /// <summary><c>EINVAL (Invalid argument)</c>: the name for searching, libc's words for reading.</summary>
    public static string Describe(this Errno errno) =>
        $"{(Enum.IsDefined(errno) ? errno.ToString() : $"errno {(int)errno}")} ({errno.Message()})";

    /// <summary>libc's words (strerror(3)), in lower case as Go prints them: <c>no such file or directory</c>.</summary>
    public static string Message(this Errno errno)
    {
        string text = Marshal.GetPInvokeErrorMessage((int)errno);
        return text.Length > 1 && char.IsUpper(text[0]) && char.IsLower(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }
}
