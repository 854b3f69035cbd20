using System.Text.Json;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Engine.Containers.Lifecycle;

/// <summary>The OCI bundle: <c>config.json</c> beside the root. Made anew at each start, so nothing needs to be synced.</summary>
internal static class BundleFiles
{
    private const string SpecName = "/config.json";

    internal static void WriteSpec(ContainerSnapshot container, Spec spec) =>
        File.WriteAllBytes(container.Paths.Root + SpecName, JsonSerializer.SerializeToUtf8Bytes(spec, RuntimeSpecJson.Default.Spec));
}
