using System.Text.Json;
using Wharf.Engine;

namespace Wharf.Daemon.Mapping;

/// <summary>
/// The <c>filters</c> parameter: JSON in one of two forms, <c>{"label":["a","b"]}</c> or, since API 1.22, <c>{"label":{"a":true,"b":true}}</c>.
/// Clients send either.
/// </summary>
internal static class Filters
{
    private static readonly JsonDocumentOptions Limits = new() { MaxDepth = 4 };

    /// <exception cref="WharfException">InvalidArgument: malformed.</exception>
    internal static IReadOnlyDictionary<string, IReadOnlyList<string>> Parse(string? text)
    {
        var filters = new Dictionary<string, IReadOnlyList<string>>();
        if (string.IsNullOrWhiteSpace(text))
        {
            return filters;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text, Limits);
            if (document.RootElement.ValueKind == JsonValueKind.Null)
            {
                return filters;
            }

            foreach (JsonProperty filter in document.RootElement.EnumerateObject())
            {
                filters[filter.Name] = ParseValues(filter.Value);
            }

            return filters;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new WharfException(ErrorKind.InvalidArgument, $"invalid filter: {text}", e);
        }
    }

    private static List<string> ParseValues(JsonElement values) => values.ValueKind == JsonValueKind.Array
        ? [.. values.EnumerateArray().Select(value => value.GetString() ?? throw new JsonException("a filter's value is no string"))]
        : [.. values.EnumerateObject().Where(value => value.Value.GetBoolean()).Select(value => value.Name)];
}
