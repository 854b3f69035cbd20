using System.Text.Json;
using Wharf.Oci.Json;

namespace Wharf.Oci.Monitor;

/// <summary>The content of <c>exit.json</c>.</summary>
public static class ExitRecord
{
    public static byte[] Encode(Exited exited) => JsonDocuments.Write(json => MessageWriter.Write(json, exited));

    /// <exception cref="JsonException">It is not one.</exception>
    public static Exited Decode(ReadOnlyMemory<byte> document) => JsonMembers.Parse(document, MessageReader.Exited);
}
