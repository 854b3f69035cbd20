using Wharf.Oci.RuntimeSpec;

namespace Wharf.Engine.Containers.Defaults;

/// <summary>Devices that every container may use; all others are refused by the cgroup.</summary>
internal static class DefaultDevices
{
    internal static readonly IReadOnlyList<DeviceRule> Rules =
    [
        new() { Allow = false, Access = "rwm" },

        // Making a node is harmless, using it is not; package managers unpack them.
        Allow('c', -1, -1, "m"),
        Allow('b', -1, -1, "m"),
        Allow('c', 1, 3, "rwm"), // null
        Allow('c', 1, 5, "rwm"), // zero
        Allow('c', 1, 7, "rwm"), // full
        Allow('c', 1, 8, "rwm"), // random
        Allow('c', 1, 9, "rwm"), // urandom
        Allow('c', 5, 0, "rwm"), // tty
        Allow('c', 5, 1, "rwm"), // console
        Allow('c', 5, 2, "rwm"), // ptmx
        Allow('c', 136, -1, "rwm"), // pts
    ];

    internal static readonly DeviceRule All = new() { Allow = true, Access = "rwm" };

    private static DeviceRule Allow(char type, long major, long minor, string access) =>
        new() { Allow = true, Type = type.ToString(), Major = major, Minor = minor, Access = access };
}
