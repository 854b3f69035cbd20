namespace Wharf.Engine.Images.Registry.Auth;

/// <summary>What a client gave to log in with: a name and password, an identity token from an earlier login, or a ready bearer token.</summary>
public sealed record RegistryCredentials
{
    public string? Username { get; init; }
    public string? Password { get; init; }

    /// <summary>An OAuth2 refresh token, exchanged for access tokens instead of the password.</summary>
    public string? IdentityToken { get; init; }

    /// <summary>A bearer token to send as it is.</summary>
    public string? RegistryToken { get; init; }

    internal bool IsEmpty => string.IsNullOrEmpty(Username) && string.IsNullOrEmpty(IdentityToken) && string.IsNullOrEmpty(RegistryToken);

    /// <summary>Never prints a secret, whatever logs it.</summary>
    public override string ToString() => $"credentials of {Username ?? "a token"}";
}
