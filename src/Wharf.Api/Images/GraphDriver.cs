namespace Wharf.Api.Images;

/// <summary>Where the files of an image or container lie: <c>LowerDir</c>, <c>UpperDir</c>, <c>MergedDir</c>, <c>WorkDir</c>.</summary>
public sealed class GraphDriver
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyDictionary<string, string>? Data { get; set; }

    public string Name { get; set; } = "";
}
