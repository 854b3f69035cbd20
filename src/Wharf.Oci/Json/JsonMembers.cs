using System.Runtime.InteropServices;
using System.Text.Json;

namespace Wharf.Oci.Json;

/// <summary>
/// The members of one JSON object, asked for by name. Programs that live for milliseconds read their documents this way: a serializer first
/// builds tables about every type it may meet, which costs more than all the rest of starting a container. What is absent or null reads as
/// null; what is of the wrong kind or size is a <see cref="JsonException"/> with the path to it; unknown members are passed over.
/// </summary>
public readonly struct JsonMembers
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32 };
    private readonly JsonElement _element;

    private JsonMembers(JsonElement element)
    {
        _element = element.ValueKind == JsonValueKind.Object ? element : throw new JsonException("not an object", "", null, null);
    }

    /// <summary>The object itself, as it is written in the document.</summary>
    public ReadOnlySpan<byte> Raw => JsonMarshal.GetRawUtf8Value(_element);

    /// <summary>Reads a document that is one object; nothing of it may be kept but what <paramref name="read"/> returns.</summary>
    /// <exception cref="JsonException">It is malformed, or a member is not what it should be.</exception>
    public static T Parse<T>(ReadOnlyMemory<byte> document, Func<JsonMembers, T> read)
    {
        using JsonDocument parsed = JsonDocument.Parse(document, Options);
        return Within("$", parsed.RootElement, read);
    }

    public string? Text(ReadOnlySpan<byte> name) => Find(name) is { } value ? TextOf(value, name) : null;

    public bool? Boolean(ReadOnlySpan<byte> name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Wrong(name),
    };

    public long? Int64(ReadOnlySpan<byte> name) => Find(name) is { } value
        ? value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) ? number : throw Wrong(name)
        : null;

    public ulong? UInt64(ReadOnlySpan<byte> name) => Find(name) is { } value
        ? value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out ulong number) ? number : throw Wrong(name)
        : null;

    public int? Int32(ReadOnlySpan<byte> name) => Int64(name) is { } number ? number is >= int.MinValue and <= int.MaxValue ? (int)number : throw Wrong(name) : null;

    public uint? UInt32(ReadOnlySpan<byte> name) => Int64(name) is { } number ? number is >= 0 and <= uint.MaxValue ? (uint)number : throw Wrong(name) : null;

    public ushort? UInt16(ReadOnlySpan<byte> name) => Int64(name) is { } number ? number is >= 0 and <= ushort.MaxValue ? (ushort)number : throw Wrong(name) : null;

    public T? Object<T>(ReadOnlySpan<byte> name, Func<JsonMembers, T> read)
        where T : class => Find(name) is { } value ? Within(Name(name), value, read) : null;

    public IReadOnlyList<string>? Texts(ReadOnlySpan<byte> name)
    {
        if (FindArray(name) is not { } array)
        {
            return null;
        }

        string[] texts = new string[array.GetArrayLength()];
        int count = 0;
        foreach (JsonElement item in array.EnumerateArray())
        {
            texts[count++] = TextOf(item, name);
        }

        return texts;
    }

    public IReadOnlyList<uint>? UInt32s(ReadOnlySpan<byte> name)
    {
        if (FindArray(name) is not { } array)
        {
            return null;
        }

        uint[] numbers = new uint[array.GetArrayLength()];
        int count = 0;
        foreach (JsonElement item in array.EnumerateArray())
        {
            numbers[count++] = item.ValueKind == JsonValueKind.Number && item.TryGetUInt32(out uint number) ? number : throw Wrong(name);
        }

        return numbers;
    }

    public IReadOnlyList<T>? List<T>(ReadOnlySpan<byte> name, Func<JsonMembers, T> read)
    {
        if (FindArray(name) is not { } array)
        {
            return null;
        }

        var items = new T[array.GetArrayLength()];
        int count = 0;
        foreach (JsonElement item in array.EnumerateArray())
        {
            items[count] = Within($"{Name(name)}[{count}]", item, read);
            count++;
        }

        return items;
    }

    public IReadOnlyDictionary<string, string>? TextMap(ReadOnlySpan<byte> name) => Object(name, static members =>
    {
        Dictionary<string, string> map = [];
        foreach (JsonProperty member in members._element.EnumerateObject())
        {
            map[member.Name] = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : throw new JsonException("wrong kind", member.Name, null, null);
        }

        return map;
    });

    public IReadOnlyDictionary<string, T>? Map<T>(ReadOnlySpan<byte> name, Func<JsonMembers, T> read) => Object(name, members =>
    {
        Dictionary<string, T> map = [];
        foreach (JsonProperty member in members._element.EnumerateObject())
        {
            map[member.Name] = Within(member.Name, member.Value, read);
        }

        return map;
    });

    /// <summary>Paths are put together on the way out of a failure only.</summary>
    private static T Within<T>(string step, JsonElement value, Func<JsonMembers, T> read)
    {
        try
        {
            return read(new JsonMembers(value));
        }
        catch (JsonException wrong)
        {
            throw new JsonException(wrong.Message, wrong.Path is { Length: > 0 } rest ? $"{step}.{rest}" : step, null, null);
        }
    }

    private static string TextOf(JsonElement value, ReadOnlySpan<byte> name) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name);

    private static JsonException Wrong(ReadOnlySpan<byte> name) => new("wrong kind or size", Name(name), null, null);

    private static string Name(ReadOnlySpan<byte> name) => System.Text.Encoding.UTF8.GetString(name);

    private JsonElement? Find(ReadOnlySpan<byte> name) =>
        _element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private JsonElement? FindArray(ReadOnlySpan<byte> name) =>
        Find(name) is { } value ? value.ValueKind == JsonValueKind.Array ? value : throw Wrong(name) : null;
}
