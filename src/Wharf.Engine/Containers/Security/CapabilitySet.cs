namespace Wharf.Engine.Containers.Security;

/// <summary>Which capabilities a container gets: Docker's default fourteen, changed by <c>--cap-add</c>, <c>--cap-drop</c> and <c>--privileged</c>.</summary>
internal static class CapabilitySet
{
    private const string All = "ALL";
    private const string Prefix = "CAP_";

    /// <summary>In the order of their numbers (linux/capability.h): bit N of a mask is entry N.</summary>
    internal static readonly IReadOnlyList<string> Known =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID",
        "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK",
        "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN",
        "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE",
        "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM",
        "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
    ];

    internal static readonly IReadOnlyList<string> Default =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID",
        "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE",
    ];

    /// <summary>Checks the names of one option and writes them as the kernel does: <c>net_admin</c> to <c>CAP_NET_ADMIN</c>.</summary>
    /// <param name="option">CapAdd or CapDrop, for the message.</param>
    internal static IReadOnlyList<string> Normalize(string option, IEnumerable<string> names)
    {
        List<string> normal = [];
        foreach (string name in names)
        {
            string upper = name.ToUpperInvariant();
            string full = upper == All || upper.StartsWith(Prefix, StringComparison.Ordinal) ? upper : Prefix + upper;
            if (full is Prefix + All)
            {
                full = All;
            }

            if (full != All && !Known.Contains(full))
            {
                throw WharfException.Invalid($"invalid {option}: unknown capability: \"{full}\"");
            }

            normal.Add(full);
        }

        return normal;
    }

    /// <param name="held">What the engine itself may hand on: "all" is never more than that.</param>
    internal static IReadOnlyList<string> Compute(
        bool privileged, IEnumerable<string> add, IEnumerable<string> drop, IReadOnlyList<string> held)
    {
        IReadOnlyList<string> added = Normalize("CapAdd", add);
        IReadOnlyList<string> dropped = Normalize("CapDrop", drop);
        if (privileged)
        {
            return held;
        }

        IEnumerable<string> start = added.Contains(All) ? held : dropped.Contains(All) ? [] : Default.Where(held.Contains);
        return [.. start.Where(name => !dropped.Contains(name)).Concat(added.Where(name => name != All)).Distinct()];
    }
}
