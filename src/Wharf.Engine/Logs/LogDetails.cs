using System.Text;
using System.Text.Json;

namespace Wharf.Engine.Logs;

/// <summary>
/// The attributes of a line as <c>--details</c> shows them: <c>key=value,key=value</c>, sorted and quoted as in a query, then a blank even if
/// there are none. A container's lines all carry the same, so the last answer is nearly always the next one.
/// </summary>
internal sealed class LogDetails
{
    private byte[] _attributes = [];
    private byte[] _text = " "u8.ToArray();

    internal ReadOnlySpan<byte> Of(ReadOnlySpan<byte> attributes)
    {
        if (!attributes.SequenceEqual(_attributes))
        {
            _attributes = attributes.ToArray();
            _text = Encoding.UTF8.GetBytes(Describe(attributes) + " ");
        }

        return _text;
    }

    private static string Describe(ReadOnlySpan<byte> attributes)
    {
        if (attributes.IsEmpty)
        {
            return "";
        }

        try
        {
            var reader = new Utf8JsonReader(attributes);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            return string.Join(',', document.RootElement.EnumerateObject()
                .OrderBy(pair => pair.Name, StringComparer.Ordinal)
                .Select(pair => $"{Quote(pair.Name)}={Quote(pair.Value.GetString() ?? "")}"));
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException)
        {
            // The line's text is still worth showing.
            return "";
        }
    }

    private static string Quote(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
}
