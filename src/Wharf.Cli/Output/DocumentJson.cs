using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Wharf.Cli.Output;

/// <summary>A list of documents as <c>inspect</c> prints it.</summary>
internal static class DocumentJson
{
    internal static string Indented(IEnumerable<JsonDocument> documents) =>
        Write(documents, new JsonWriterOptions { Indented = true, IndentSize = 4, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    internal static string Compact(IEnumerable<JsonDocument> documents) =>
        Write(documents, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static string Write(IEnumerable<JsonDocument> documents, JsonWriterOptions options)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            writer.WriteStartArray();
            foreach (JsonDocument document in documents)
            {
                document.WriteTo(writer);
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
