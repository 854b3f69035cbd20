using Wharf.Linux.Capabilities;

namespace Wharf.Engine.Containers.Security;

/// <summary>Which capabilities a container gets: Docker's default fourteen, changed by <c>--cap-add</c>, <c>--cap-drop</c> and <c>--privileged</c>.</summary>
internal static class CapabilitySet
{
    private const string All = "ALL";
    private const string Prefix = "CAP_";

    internal static readonly IReadOnlyList<string> Known = [.. Enumerable.Range(0, CapabilityMask.Last + 1).Select(CapabilityMask.NameOf)];

    /// <summary>What this process holds, and so may hand on.</summary>
    internal static readonly IReadOnlyList<string> Held = NamesIn(CapabilityMask.OfThisProcess());

    internal static readonly IReadOnlyList<string> Default =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID",
        "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE",
    ];

    internal static IReadOnlyList<string> NamesIn(CapabilityMask mask) => [.. Known.Where((_, number) => mask.Has(number))];

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
