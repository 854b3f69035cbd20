namespace Wharf.Api.Server;

/// <summary>Credentials: body of <c>POST /auth</c>, and as base64url of JSON the header <c>X-Registry-Auth</c>.</summary>
public sealed class AuthConfig
{
    [JsonPropertyName("username")]
    public string? Username { get; set; }

    [JsonPropertyName("password")]
    public string? Password { get; set; }

    [JsonPropertyName("auth")]
    public string? Auth { get; set; }

    [JsonPropertyName("email")]
    public string? Email { get; set; }

    [JsonPropertyName("serveraddress")]
    public string? ServerAddress { get; set; }

    [JsonPropertyName("identitytoken")]
    public string? IdentityToken { get; set; }

    [JsonPropertyName("registrytoken")]
    public string? RegistryToken { get; set; }
}

public sealed class AuthResponse
{
    public string Status { get; set; } = "";
    public string? IdentityToken { get; set; } = "";
}
