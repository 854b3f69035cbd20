using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Wharf.Api.Client;

/// <summary>An answer whose body is read as it comes. Disposing gives the connection back, or closes it if there is more to come.</summary>
public sealed class ApiResponse : IDisposable
{
    private readonly BodyStream _body;

    internal ApiResponse(ResponseHead head, BodyStream body)
    {
        Status = (HttpStatusCode)head.Status;
        Headers = head.Headers;
        _body = body;
    }

    public HttpStatusCode Status { get; }

    /// <summary>Names compare without regard to case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    public Stream Body => _body;

    public T Read<T>(JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(Body, type) ?? throw new JsonException($"the engine answered null where {typeof(T).Name} was expected");

    /// <summary>Reads a stream of JSON documents, one a line (progress, events, stats), each as soon as it is there.</summary>
    public IEnumerable<T> ReadLines<T>(JsonTypeInfo<T> type)
    {
        using var reader = new StreamReader(Body, leaveOpen: true);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0)
            {
                yield return JsonSerializer.Deserialize(line, type)!;
            }
        }
    }

    public void Dispose() => _body.Dispose();
}
