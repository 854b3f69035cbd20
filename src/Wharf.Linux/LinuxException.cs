namespace Wharf.Linux;

/// <summary>A system call failed. Carries what was tried, on what, and the kernel's own reason.</summary>
public sealed class LinuxException : IOException
{
    /// <param name="operation">The call or step, e.g. <c>mount overlay</c>.</param>
    /// <param name="target">The object it was done to: a path, an interface, a pid.</param>
    /// <param name="errno">The kernel's error number.</param>
    /// <param name="detail">The kernel's own words where it has any (netlink's extended acknowledgement).</param>
    public LinuxException(string operation, string target, Errno errno, string? detail = null)
        : base(Describe(operation, target, errno) + (detail is null ? "" : ": " + detail))
    {
        Operation = operation;
        Target = target;
        Errno = errno;
    }

    public string Operation { get; }

    public string Target { get; }

    public Errno Errno { get; }

    private static string Describe(string operation, string target, Errno errno) =>
        target.Length == 0
            ? $"{operation}: {errno.Describe()}"
            : $"{operation} {target}: {errno.Describe()}";
}
