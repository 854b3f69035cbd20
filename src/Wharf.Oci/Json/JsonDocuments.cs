using System.Buffers;
using System.Text.Json;

namespace Wharf.Oci.Json;

/// <summary>Documents written member by member: the other half of <see cref="JsonMembers"/>.</summary>
public static class JsonDocuments
{
    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            write(json);
        }

        return bytes.WrittenSpan.ToArray();
    }
}
