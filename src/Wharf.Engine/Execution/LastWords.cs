using System.Text.Json;
using Wharf.Oci.Monitor;

namespace Wharf.Engine.Execution;

/// <summary>The last words of a monitor whose engine was not there to hear them. It renames them into place, so they are never half there.</summary>
internal static class LastWords
{
    /// <returns>Null when there are none.</returns>
    internal static Exited? Exit(string runDirectory) => Read(runDirectory, MonitorProtocol.ExitFileName, ExitRecord.Decode);

    /// <returns>Null when there are none.</returns>
    internal static HealthRecord? Health(string runDirectory) => Read(runDirectory, MonitorProtocol.HealthFileName, HealthFile.Decode);

    private static T? Read<T>(string runDirectory, string name, Func<ReadOnlyMemory<byte>, T> decode)
        where T : class
    {
        try
        {
            return decode(File.ReadAllBytes(Path.Combine(runDirectory, name)));
        }
        catch (Exception missing) when (missing is IOException or JsonException)
        {
            return null;
        }
    }
}
