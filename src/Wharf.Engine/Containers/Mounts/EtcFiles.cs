namespace Wharf.Engine.Containers.Mounts;

/// <summary>The three files that a network fills, and where a container sees them; not over what the user mounts there.</summary>
internal static class EtcFiles
{
    internal static IEnumerable<(string Source, string Target)> Of(ContainerSnapshot container)
    {
        (string Source, string Target)[] all =
        [
            (container.Paths.ResolvConf, "/etc/resolv.conf"), (container.Paths.Hostname, "/etc/hostname"), (container.Paths.Hosts, "/etc/hosts"),
        ];
        return all.Where(file => container.Mounts.All(mount => mount.Destination != file.Target));
    }
}
