namespace Wharf.Runtime.Create;

/// <summary>
/// What the two processes say to each other over their socket pair (SOCK_SEQPACKET), from clone to execve. Each message is one byte, but for a
/// failure, which is the index of the step and its errno (eight bytes) and the container side's last word at any point.
/// <code>
///  HostSide                               ContainerSide
///   cgroup made, limits set
///   clone3 ──────────────────────────────►  join the cgroup (v1; into a v2 one it is born), existing namespaces
///   uid_map, gid_map ──── Mapped ────────►  (user namespace only) become root in it
///   oom score                               cgroup namespace, mounts, devices, terminal
///   ◄──────────────────── Terminal ───────  (terminals only) with the master's descriptor
///   ◄──────────────────── BeforePivot ────  (hooks only)
///   prestart, createRuntime, createContainer hooks
///        ──────────────── Pivot ─────────►  pivot_root, masks, host name, ids, capabilities, seccomp
///   ◄──────────────────── Created ────────
///   …  state "created"  …
///   startContainer hooks
///        ──────────────── Start ─────────►  execve
///   ◄──────────────────── end of file ────  the socket is close-on-exec: the program runs
/// </code>
/// With a separate <c>start</c> command the last wait is on a fifo instead: the process that made the container has gone by then.
/// </summary>
internal static class Handshake
{
    internal const byte Mapped = (byte)'U';
    internal const byte Terminal = (byte)'T';
    internal const byte BeforePivot = (byte)'B';
    internal const byte Pivot = (byte)'P';
    internal const byte Created = (byte)'C';
    internal const byte Start = (byte)'S';
}
