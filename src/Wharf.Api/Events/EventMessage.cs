namespace Wharf.Api.Events;

/// <summary>One object of the stream of <c>GET /events</c>.</summary>
public sealed class EventMessage
{
    /// <summary>Same as the action; sent to clients before API 1.52, as are <see cref="LegacyId"/> and <see cref="LegacyFrom"/>.</summary>
    [JsonPropertyName("status")]
    public string? LegacyStatus { get; set; }

    [JsonPropertyName("id")]
    public string? LegacyId { get; set; }

    [JsonPropertyName("from")]
    public string? LegacyFrom { get; set; }

    public string Type { get; set; } = "";
    public string Action { get; set; } = "";
    public EventActor Actor { get; set; } = new();

    [JsonPropertyName("scope")]
    public string? Scope { get; set; } = "local";

    [JsonPropertyName("time")]
    public long Time { get; set; }

    [JsonPropertyName("timeNano")]
    public long TimeNano { get; set; }
}

public sealed class EventActor
{
    public string ID { get; set; } = "";
    public IReadOnlyDictionary<string, string> Attributes { get; set; } = new Dictionary<string, string>();
}
