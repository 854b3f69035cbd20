namespace Wharf.Api.Common;

/// <summary>One line of a progress stream (pull, push, load, import, build): JSON objects, each followed by CR LF.</summary>
public sealed class ProgressMessage
{
    [JsonPropertyName("stream")]
    public string? Stream { get; set; }

    [JsonPropertyName("status")]
    public string? Status { get; set; }

    [JsonPropertyName("progressDetail")]
    public ProgressDetail? ProgressDetail { get; set; }

    /// <summary>The bar as text, for clients that draw none themselves.</summary>
    [JsonPropertyName("progress")]
    public string? Progress { get; set; }

    /// <summary>Which of several things done at once this line is about: a short layer id.</summary>
    [JsonPropertyName("id")]
    public string? Id { get; set; }

    [JsonPropertyName("aux")]
    public ProgressResult? Aux { get; set; }

    [JsonPropertyName("errorDetail")]
    public ErrorDetail? ErrorDetail { get; set; }

    /// <summary>The failure of the whole operation: the status line was sent as 200 before it could be known.</summary>
    [JsonPropertyName("error")]
    public string? Error { get; set; }
}

/// <summary>Both absent is written as <c>{}</c>, which clients read as "no bar".</summary>
public sealed class ProgressDetail
{
    [JsonPropertyName("current")]
    public long? Current { get; set; }

    [JsonPropertyName("total")]
    public long? Total { get; set; }
}

/// <summary>Result of a build (ID) or push (Tag, Digest, Size).</summary>
public sealed class ProgressResult
{
    public string? ID { get; set; }
    public string? Tag { get; set; }
    public string? Digest { get; set; }
    public long? Size { get; set; }
}

public sealed class ErrorDetail
{
    [JsonPropertyName("code")]
    public int? Code { get; set; }

    [JsonPropertyName("message")]
    public string Message { get; set; } = "";
}
