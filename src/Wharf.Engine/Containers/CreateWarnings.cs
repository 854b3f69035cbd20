using System.Runtime.InteropServices;
using Wharf.Engine.Containers.Validation;
using Wharf.Engine.Images;

namespace Wharf.Engine.Containers;

/// <summary>What was asked for and will not be as the user may think, in Docker's words.</summary>
internal static class CreateWarnings
{
    internal static IReadOnlyList<string> For(CreateRequest request, ContainerSnapshot container, ResolvedImage image, MachineFacts machine)
    {
        List<string> warnings = [];
        HostConfig host = container.HostConfig;
        if (NamespaceMode.Parse(host.NetworkMode).IsHost && (host.PortBindings.Count > 0 || host.PublishAllPorts))
        {
            warnings.Add("Published ports are discarded when using host network mode");
        }

        if (host.Resources is { Memory: > 0 } && !machine.HasSwapLimit)
        {
            warnings.Add("Your kernel does not support swap limit capabilities or the cgroup is not mounted. Memory limited without swap.");
        }

        if (host.Resources is { OomKillDisable: true, Memory: 0 })
        {
            warnings.Add(
                "OOM killer is disabled for the container, but no memory limit is set, this can result in the system running out of resources.");
        }

        string machineArchitecture = RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => "amd64",
            Architecture.Arm64 => "arm64",
            var other => other.ToString().ToLowerInvariant(),
        };
        if (request.Platform is null && image.Architecture != machineArchitecture)
        {
            warnings.Add(
                $"The requested image's platform ({container.Platform}) does not match the detected host platform "
                + $"(linux/{machineArchitecture}) and no specific platform was requested");
        }

        return warnings;
    }
}
