using Wharf.Oci.Json;

namespace Wharf.Oci.RuntimeSpec;

/// <summary>Reads the <c>process</c> section (config.md), which also stands alone in an exec.</summary>
public static class ProcessReader
{
    public static Process Read(JsonMembers process) => new()
    {
        Terminal = process.Boolean("terminal"u8) ?? false,
        ConsoleSize = process.Object("consoleSize"u8, static size => new ConsoleSize(size.UInt32("height"u8) ?? 0, size.UInt32("width"u8) ?? 0)),
        User = process.Object("user"u8, User) ?? new User(),
        Args = process.Texts("args"u8),
        Env = process.Texts("env"u8),
        Cwd = process.Text("cwd"u8) ?? "/",
        Capabilities = process.Object("capabilities"u8, static sets => new Capabilities
        {
            Bounding = sets.Texts("bounding"u8),
            Effective = sets.Texts("effective"u8),
            Inheritable = sets.Texts("inheritable"u8),
            Permitted = sets.Texts("permitted"u8),
            Ambient = sets.Texts("ambient"u8),
        }),
        Rlimits = process.List("rlimits"u8, static limit => new Rlimit(limit.Text("type"u8) ?? "", limit.UInt64("soft"u8) ?? 0, limit.UInt64("hard"u8) ?? 0)),
        NoNewPrivileges = process.Boolean("noNewPrivileges"u8) ?? false,
        ApparmorProfile = process.Text("apparmorProfile"u8),
        OomScoreAdj = process.Int32("oomScoreAdj"u8),
        SelinuxLabel = process.Text("selinuxLabel"u8),
        IoPriority = process.Object("ioPriority"u8, static io => new IoPriority { Class = io.Text("class"u8), Priority = io.Int32("priority"u8) ?? 0 }),
        Scheduler = process.Object("scheduler"u8, static scheduler => new Scheduler
        {
            Policy = scheduler.Text("policy"u8),
            Nice = scheduler.Int32("nice"u8),
            Priority = scheduler.Int32("priority"u8),
            Flags = scheduler.Texts("flags"u8),
            Runtime = scheduler.UInt64("runtime"u8),
            Deadline = scheduler.UInt64("deadline"u8),
            Period = scheduler.UInt64("period"u8),
        }),
    };

    private static User User(JsonMembers user) => new()
    {
        Uid = user.UInt32("uid"u8) ?? 0,
        Gid = user.UInt32("gid"u8) ?? 0,
        Umask = user.UInt32("umask"u8),
        AdditionalGids = user.UInt32s("additionalGids"u8),
    };
}
