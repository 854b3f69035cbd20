using System.Text.Json;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Engine.Containers.Lifecycle;

/// <summary>The files of a container that its runtime and its network read. Made anew at each start, so nothing needs to be synced.</summary>
internal static class BundleFiles
{
    private const string SpecName = "/config.json";

    internal static void WriteSpec(ContainerSnapshot container, Spec spec) =>
        File.WriteAllBytes(container.Paths.Root + SpecName, JsonSerializer.SerializeToUtf8Bytes(spec, RuntimeSpecJson.Default.Spec));

    internal static void WriteHostname(ContainerSnapshot container)
    {
        ContainerConfig config = container.Config;
        string name = config.Domainname.Length == 0 ? config.Hostname : $"{config.Hostname}.{config.Domainname}";
        File.WriteAllText(container.Paths.Hostname, name + "\n");
    }
}
