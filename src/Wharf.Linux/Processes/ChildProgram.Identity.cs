using System.Runtime.InteropServices;
using Wharf.Linux.Capabilities;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Processes;

/// <summary>Steps on who the process is and what it may do: namespaces, ids, capabilities, limits, filters.</summary>
public sealed unsafe partial class ChildProgram
{
    private const int PR_SET_KEEPCAPS = 8;
    private const int PR_CAPBSET_DROP = 24;
    private const int PR_SET_NO_NEW_PRIVS = 38;
    private const int PR_CAP_AMBIENT = 47;
    private const int PR_CAP_AMBIENT_RAISE = 2;
    private const int PR_CAP_AMBIENT_CLEAR_ALL = 4;
    private const int SECCOMP_SET_MODE_FILTER = 1;
    private const int KEYCTL_JOIN_SESSION_KEYRING = 1;
    private const uint CapabilityVersion3 = 0x2008_0522;
    private const int IOPRIO_WHO_PROCESS = 1;

    /// <summary>Joins the namespace that <paramref name="descriptor"/> is open on; with a pidfd, those of that process that are named.</summary>
    public Step Join(int descriptor, NamespaceFlags namespaces, string name) =>
        Call("join namespace", name, SyscallNumber.SetNs, descriptor, (long)namespaces);

    /// <summary>Makes namespaces for this process itself.</summary>
    public Step Unshare(NamespaceFlags namespaces) => Call("unshare", namespaces.ToString(), SyscallNumber.Unshare, (long)namespaces);

    public Step NewSession() => Call("setsid", "", SyscallNumber.Setsid).Unless(Errno.EPERM);

    public Step SetHostName(string name) => Call("sethostname", name, SyscallNumber.SetHostName, Text(name), name.Length);

    public Step SetDomainName(string name) => Call("setdomainname", name, SyscallNumber.SetDomainName, Text(name), name.Length);

    /// <summary>A session keyring of its own, so that the host's cannot be read. Kernels without keys have nothing to hide.</summary>
    public Step NewSessionKeyring(string name) =>
        Call("join session keyring", name, SyscallNumber.KeyCtl, KEYCTL_JOIN_SESSION_KEYRING, Text(name)).Unless(Errno.ENOSYS, Errno.EPERM, Errno.EDQUOT);

    /// <summary>Root inside a new user namespace, once the parent has written its maps.</summary>
    public void BecomeRoot()
    {
        Call("setresgid", "0", SyscallNumber.SetResGid, 0, 0, 0);
        Call("setresuid", "0", SyscallNumber.SetResUid, 0, 0, 0);
    }

    /// <summary>Sets user, group and additional groups; capabilities survive until <see cref="SetCapabilities"/>.</summary>
    public void SetUser(uint uid, uint gid, IReadOnlyList<uint> additionalGroups)
    {
        Call("keep capabilities", "", SyscallNumber.Prctl, PR_SET_KEEPCAPS, 1, 0, 0, 0);
        Argument groups = Bytes(MemoryMarshal.AsBytes<uint>([.. additionalGroups]));

        // A user namespace whose setgroups is denied has no additional groups to give up.
        Step set = Call("setgroups", string.Join(',', additionalGroups), SyscallNumber.SetGroups, additionalGroups.Count, groups);
        if (additionalGroups.Count == 0)
        {
            set.Unless(Errno.EPERM);
        }

        Call("setgid", gid.ToString(), SyscallNumber.SetResGid, gid, gid, gid);
        Call("setuid", uid.ToString(), SyscallNumber.SetResUid, uid, uid, uid);
        Call("keep capabilities", "", SyscallNumber.Prctl, PR_SET_KEEPCAPS, 0, 0, 0, 0);
    }

    /// <summary>Drops from the bounding set, while the process still may (CAP_SETPCAP).</summary>
    public void LimitBounding(CapabilityMask keep)
    {
        for (int number = 0; number <= CapabilityMask.Last; number++)
        {
            if (!keep.Has(number))
            {
                Call("drop capability", CapabilityMask.NameOf(number), SyscallNumber.Prctl, PR_CAPBSET_DROP, number, 0, 0, 0).Unless(Errno.EINVAL);
            }
        }
    }

    /// <summary>Sets the three sets of capset(2), then the ambient one.</summary>
    public void SetCapabilities(CapabilityMask effective, CapabilityMask permitted, CapabilityMask inheritable, CapabilityMask ambient)
    {
        Argument header = Bytes(MemoryMarshal.AsBytes<uint>([CapabilityVersion3, 0]));
        Argument data = Bytes(MemoryMarshal.AsBytes<uint>(
        [
            (uint)effective.Bits, (uint)permitted.Bits, (uint)inheritable.Bits,
            (uint)(effective.Bits >> 32), (uint)(permitted.Bits >> 32), (uint)(inheritable.Bits >> 32),
        ]));
        Call("capset", "", SyscallNumber.Capset, header, data);
        Call("clear ambient capabilities", "", SyscallNumber.Prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0).Unless(Errno.EINVAL);
        for (int number = 0; number <= CapabilityMask.Last; number++)
        {
            if (ambient.Has(number))
            {
                Call("raise ambient capability", CapabilityMask.NameOf(number), SyscallNumber.Prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0);
            }
        }
    }

    public Step NoNewPrivileges() => Call("set no_new_privs", "", SyscallNumber.Prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);

    /// <summary>Installs a compiled filter (seccomp(2)); the instructions are those of bpf, eight bytes each.</summary>
    public Step InstallFilter(ReadOnlySpan<byte> filter, uint flags)
    {
        nint* program = (nint*)Buffer(2 * sizeof(nint)).Value;
        *(ushort*)program = (ushort)(filter.Length / 8);
        program[1] = Bytes(filter).Value;
        return Call("install seccomp filter", "", SyscallNumber.Seccomp, SECCOMP_SET_MODE_FILTER, flags, new Argument((nint)program));
    }

    /// <param name="resource">RLIMIT_* by number.</param>
    public Step SetLimit(string name, int resource, ulong soft, ulong hard) =>
        Call("set rlimit", $"{name} to {soft}:{hard}", SyscallNumber.Prlimit, 0, resource, Bytes(MemoryMarshal.AsBytes<ulong>([soft, hard])), 0);

    public Step SetIoPriority(int value) => Call("ioprio_set", "", SyscallNumber.IoPrioSet, IOPRIO_WHO_PROCESS, 0, value);

    public Step SetPersonality(long persona) => Call("personality", "", SyscallNumber.Personality, persona);
}
