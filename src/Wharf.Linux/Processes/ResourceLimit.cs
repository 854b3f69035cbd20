using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Processes;

/// <summary>A limit of this process (getrlimit(2)).</summary>
public readonly record struct ResourceLimit(ulong Soft, ulong Hard)
{
    private const int RLIMIT_NOFILE = 7;

    /// <summary>How many descriptors it may have: one more than the highest number.</summary>
    /// <exception cref="LinuxException"/>
    public static ResourceLimit OpenFiles() =>
        LibC.GetResourceLimit(RLIMIT_NOFILE, out LibC.ResourceLimits limits) == 0
            ? new ResourceLimit(limits.Soft, limits.Hard)
            : throw new LinuxException("getrlimit", "RLIMIT_NOFILE", ErrnoExtensions.Last);
}
