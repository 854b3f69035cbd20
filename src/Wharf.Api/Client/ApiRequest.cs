using System.Text.Json.Serialization.Metadata;

namespace Wharf.Api.Client;

/// <summary>One request. The path starts with a slash, carries its query, and has no version: the client puts that in front.</summary>
public sealed class ApiRequest(string method, string path)
{
    private List<KeyValuePair<string, string>>? _headers;

    public string Method { get; } = method;

    public string Path { get; } = path;

    public string? ContentType { get; private set; }

    /// <summary>Sent with its length.</summary>
    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>Sent in chunks, until its end; takes the place of <see cref="Body"/>.</summary>
    public Stream? StreamedBody { get; private set; }

    internal IReadOnlyList<KeyValuePair<string, string>> Headers => _headers ?? [];

    public static ApiRequest Get(string path) => new("GET", path);

    public static ApiRequest Post(string path) => new("POST", path);

    public static ApiRequest Delete(string path) => new("DELETE", path);

    public ApiRequest WithHeader(string name, string value)
    {
        (_headers ??= []).Add(new KeyValuePair<string, string>(name, value));
        return this;
    }

    public ApiRequest WithJson<T>(T body, JsonTypeInfo<T> type)
    {
        Body = ApiJson.ToBytes(body, type);
        ContentType = "application/json";
        return this;
    }

    public ApiRequest WithStream(Stream body, string contentType = "application/x-tar")
    {
        StreamedBody = body;
        ContentType = contentType;
        return this;
    }
}
