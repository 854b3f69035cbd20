namespace Wharf.Engine.Containers.Validation;

/// <summary>One of Docker's namespace options: own, the host's, another container's, or (ipc) none.</summary>
/// <param name="Container">Name or id of the container whose namespace is shared; null otherwise.</param>
internal readonly record struct NamespaceMode(string Mode, string? Container)
{
    private const string Prefix = "container:";

    internal bool IsHost => Mode == "host";

    internal static NamespaceMode Parse(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal) ? new NamespaceMode("container", text[Prefix.Length..]) : new NamespaceMode(text, null);

    internal static void Check(HostConfig host)
    {
        Check(host.PidMode, "invalid PID mode: ", sharing: true, "", "private", "host");
        Check(host.IpcMode, "invalid IPC mode: ", sharing: true, "", "none", "private", "shareable", "host");
        Check(host.UtsMode, "invalid UTS mode: ", sharing: false, "", "host");
        Check(host.UsernsMode, "invalid user namespace mode: ", sharing: false, "", "host");
        Check(host.CgroupnsMode, "invalid cgroup namespace mode: ", sharing: false, "", "private", "host");
    }

    private static void Check(string text, string complaint, bool sharing, params ReadOnlySpan<string> allowed)
    {
        NamespaceMode mode = Parse(text);
        bool good = mode.Container is null ? allowed.Contains(text) : sharing && mode.Container.Length > 0;
        if (!good)
        {
            throw WharfException.Invalid(complaint + text);
        }
    }
}
