namespace Wharf.Api.Common;

/// <summary>The body of every answer that is not a success.</summary>
public sealed class ErrorResponse
{
    [JsonPropertyName("message")]
    public string Message { get; set; } = "";
}
