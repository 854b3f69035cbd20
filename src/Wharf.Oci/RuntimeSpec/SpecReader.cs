using Wharf.Oci.Json;

namespace Wharf.Oci.RuntimeSpec;

/// <summary>Reads a bundle's <c>config.json</c> (config.md). Writing is <see cref="RuntimeSpecJson"/>'s.</summary>
public static class SpecReader
{
    /// <exception cref="System.Text.Json.JsonException">It is not what the specification says; has the path.</exception>
    public static Spec Read(ReadOnlyMemory<byte> document) => JsonMembers.Parse(document, static spec => new Spec
    {
        OciVersion = spec.Text("ociVersion"u8) ?? "1.3.0",
        Process = spec.Object("process"u8, ProcessReader.Read),
        Root = spec.Object("root"u8, static root => new Root { Path = root.Text("path"u8) ?? "rootfs", Readonly = root.Boolean("readonly"u8) ?? false }),
        Hostname = spec.Text("hostname"u8),
        Domainname = spec.Text("domainname"u8),
        Mounts = spec.List("mounts"u8, Mount),
        Hooks = spec.Object("hooks"u8, static hooks => new Hooks
        {
            Prestart = hooks.List("prestart"u8, Hook),
            CreateRuntime = hooks.List("createRuntime"u8, Hook),
            CreateContainer = hooks.List("createContainer"u8, Hook),
            StartContainer = hooks.List("startContainer"u8, Hook),
            Poststart = hooks.List("poststart"u8, Hook),
            Poststop = hooks.List("poststop"u8, Hook),
        }),
        Annotations = spec.TextMap("annotations"u8),
        Linux = spec.Object("linux"u8, LinuxReader.Read),
    });

    internal static IdMapping IdMapping(JsonMembers mapping) => new()
    {
        ContainerId = mapping.UInt32("containerID"u8) ?? 0,
        HostId = mapping.UInt32("hostID"u8) ?? 0,
        Size = mapping.UInt32("size"u8) ?? 0,
    };

    private static Mount Mount(JsonMembers mount) => new()
    {
        Destination = mount.Text("destination"u8) ?? "",
        Type = mount.Text("type"u8),
        Source = mount.Text("source"u8),
        Options = mount.Texts("options"u8),
        UidMappings = mount.List("uidMappings"u8, IdMapping),
        GidMappings = mount.List("gidMappings"u8, IdMapping),
    };

    private static Hook Hook(JsonMembers hook) =>
        new(hook.Text("path"u8) ?? "", hook.Texts("args"u8), hook.Texts("env"u8), hook.Int32("timeout"u8));
}
