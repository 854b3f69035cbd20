using System.Text.Json;
using Wharf.Oci.Monitor;

namespace Wharf.Engine.Execution;

/// <summary>The last words of a monitor whose engine was not there to hear them.</summary>
internal static class ExitFile
{
    /// <returns>Null when there is none. The monitor renames it into place, so it is never half there.</returns>
    internal static Exited? Read(string runDirectory)
    {
        try
        {
            return ExitRecord.Decode(File.ReadAllBytes(Path.Combine(runDirectory, MonitorProtocol.ExitFileName)));
        }
        catch (Exception missing) when (missing is IOException or JsonException)
        {
            return null;
        }
    }
}
