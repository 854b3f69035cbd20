using Wharf.Linux.Processes;

namespace Wharf.Runtime.Create;

/// <summary>Which kernel settings belong to a namespace. Any other is the whole machine's, and not a container's to change.</summary>
internal static class Sysctls
{
    /// <returns>The kind of namespace that has the setting; null when none has.</returns>
    internal static NamespaceFlags? NamespaceOf(string name) => name.Replace('/', '.') switch
    {
        "kernel.msgmax" or "kernel.msgmnb" or "kernel.msgmni" or "kernel.sem" or "kernel.shmall" or "kernel.shmmax" or "kernel.shmmni"
            or "kernel.shm_rmid_forced" => NamespaceFlags.Ipc,
        "kernel.domainname" => NamespaceFlags.Uts,
        string dotted when dotted.StartsWith("fs.mqueue.", StringComparison.Ordinal) => NamespaceFlags.Ipc,
        string dotted when dotted.StartsWith("net.", StringComparison.Ordinal) => NamespaceFlags.Network,
        _ => null,
    };
}
