using Wharf.Engine.Logs;
using Wharf.Oci.Monitor;

namespace Wharf.Engine.Containers.Lifecycle;

/// <summary>A container's log, as its monitor is told of it.</summary>
internal static class LogSettingsFor
{
    internal static LogSettings Container(ContainerSnapshot container) => LogDriverOptions.Parse(
        container.HostConfig.LogConfig.Type,
        container.HostConfig.LogConfig.Config,
        container.Paths.Log,
        new LogSubject(container.Config.Labels, container.Config.Env, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ID"] = container.Id[..12],
            ["FullID"] = container.Id,
            ["Name"] = container.Name,
            ["ImageID"] = container.ImageId["sha256:".Length..][..12],
            ["ImageFullID"] = container.ImageId,
            ["ImageName"] = container.Config.Image,
            ["DaemonName"] = "wharf",
        }));
}
