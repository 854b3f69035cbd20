using System.Text;
using System.Text.Json;

namespace Wharf.Api.Client;

/// <summary>Builds <c>/path?a=b</c>; what is null, false or empty is left out, as Docker's client does.</summary>
public sealed class QueryString(string path)
{
    private readonly StringBuilder _text = new(path);
    private bool _started;

    public QueryString Add(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            _text.Append(_started ? '&' : '?').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            _started = true;
        }

        return this;
    }

    public QueryString Add(string name, bool value) => value ? Add(name, "1") : this;

    public QueryString Add(string name, long? value) => value is { } number ? Add(name, number.ToString()) : this;

    /// <summary>Filters, as JSON: <c>{"label":["a","b=c"]}</c>.</summary>
    public QueryString AddFilters(IReadOnlyDictionary<string, IReadOnlyList<string>> filters) =>
        filters.Count == 0
            ? this
            : Add("filters", JsonSerializer.Serialize(filters, ApiJson.Default.IReadOnlyDictionaryStringIReadOnlyListString));

    public override string ToString() => _text.ToString();

    public static implicit operator string(QueryString query) => query.ToString();
}
