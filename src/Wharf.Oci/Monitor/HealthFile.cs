using System.Text.Json;
using Wharf.Oci.Json;

namespace Wharf.Oci.Monitor;

/// <summary>The content of <c>health.json</c>.</summary>
public static class HealthFile
{
    public static byte[] Encode(HealthRecord health) => JsonDocuments.Write(json => HealthWriter.Write(json, health));

    /// <exception cref="JsonException">It is not one.</exception>
    public static HealthRecord Decode(ReadOnlyMemory<byte> document) => JsonMembers.Parse(document, HealthReader.Record);
}
