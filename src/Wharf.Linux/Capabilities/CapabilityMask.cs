namespace Wharf.Linux.Capabilities;

/// <summary>A set of capabilities (capabilities(7)), one bit each.</summary>
public readonly record struct CapabilityMask(ulong Bits)
{
    private static readonly string[] Names =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID",
        "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK",
        "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN",
        "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE",
        "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM",
        "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
    ];

    /// <summary>The highest number known.</summary>
    public static int Last => Names.Length - 1;

    /// <summary>What this process holds and so can give: the permitted set of /proc/self/status.</summary>
    public static CapabilityMask OfThisProcess()
    {
        foreach (string line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith("CapPrm:", StringComparison.Ordinal))
            {
                return new CapabilityMask(Convert.ToUInt64(line[7..].Trim(), 16));
            }
        }

        return default;
    }

    /// <summary>Reads names; unknown ones are left out, as the specification says of values that the runtime cannot map.</summary>
    public static CapabilityMask Parse(IReadOnlyList<string>? names)
    {
        ulong bits = 0;
        foreach (string name in names ?? [])
        {
            int number = Array.IndexOf(Names, name);
            if (number >= 0)
            {
                bits |= 1UL << number;
            }
        }

        return new CapabilityMask(bits);
    }

    public static string NameOf(int number) => Names[number];

    public bool Has(int number) => (Bits & (1UL << number)) != 0;

    public CapabilityMask And(CapabilityMask other) => new(Bits & other.Bits);
}
