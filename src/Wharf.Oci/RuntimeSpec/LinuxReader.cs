using Wharf.Oci.Json;

namespace Wharf.Oci.RuntimeSpec;

/// <summary>Reads the <c>linux</c> section (config-linux.md) but for <c>resources</c>.</summary>
internal static class LinuxReader
{
    internal static LinuxSpec Read(JsonMembers linux) => new()
    {
        UidMappings = linux.List("uidMappings"u8, SpecReader.IdMapping),
        GidMappings = linux.List("gidMappings"u8, SpecReader.IdMapping),
        Sysctl = linux.TextMap("sysctl"u8),
        Resources = linux.Object("resources"u8, ResourcesReader.Read),
        CgroupsPath = linux.Text("cgroupsPath"u8),
        Namespaces = linux.List("namespaces"u8, static entry => new LinuxNamespace(entry.Text("type"u8) ?? "", entry.Text("path"u8))),
        Devices = linux.List("devices"u8, Device),
        Seccomp = linux.Object("seccomp"u8, Seccomp),
        RootfsPropagation = linux.Text("rootfsPropagation"u8),
        MaskedPaths = linux.Texts("maskedPaths"u8),
        ReadonlyPaths = linux.Texts("readonlyPaths"u8),
        MountLabel = linux.Text("mountLabel"u8),
        Personality = linux.Object("personality"u8, static personality => new Personality(personality.Text("domain"u8) ?? "", personality.Texts("flags"u8))),
        TimeOffsets = linux.Map("timeOffsets"u8, static offset => new TimeOffset(offset.Int64("secs"u8) ?? 0, offset.UInt32("nanosecs"u8) ?? 0)),
    };

    private static Device Device(JsonMembers device) => new()
    {
        Path = device.Text("path"u8) ?? "",
        Type = device.Text("type"u8) ?? "c",
        Major = device.Int64("major"u8) ?? 0,
        Minor = device.Int64("minor"u8) ?? 0,
        FileMode = device.UInt32("fileMode"u8),
        Uid = device.UInt32("uid"u8),
        Gid = device.UInt32("gid"u8),
    };

    private static Seccomp Seccomp(JsonMembers seccomp) => new()
    {
        DefaultAction = seccomp.Text("defaultAction"u8) ?? "SCMP_ACT_ERRNO",
        DefaultErrnoRet = seccomp.UInt32("defaultErrnoRet"u8),
        Architectures = seccomp.Texts("architectures"u8),
        Flags = seccomp.Texts("flags"u8),
        ListenerPath = seccomp.Text("listenerPath"u8),
        ListenerMetadata = seccomp.Text("listenerMetadata"u8),
        Syscalls = seccomp.List("syscalls"u8, static rule => new SeccompSyscall
        {
            Names = rule.Texts("names"u8) ?? [],
            Action = rule.Text("action"u8) ?? "SCMP_ACT_ALLOW",
            ErrnoRet = rule.UInt32("errnoRet"u8),
            Args = rule.List("args"u8, static argument => new SeccompArgument(
                argument.UInt32("index"u8) ?? 0, argument.UInt64("value"u8) ?? 0, argument.UInt64("valueTwo"u8) ?? 0, argument.Text("op"u8) ?? "SCMP_CMP_EQ")),
        }),
        Source = seccomp.Raw.ToArray(),
    };
}
