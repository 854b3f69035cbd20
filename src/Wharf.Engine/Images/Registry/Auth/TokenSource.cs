using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Wharf.Engine.Images.Registry.Endpoints;
using Wharf.Engine.Images.Registry.Transport;

namespace Wharf.Engine.Images.Registry.Auth;

/// <summary>Gets bearer tokens from the token servers that registries point at, and keeps them until shortly before they expire.</summary>
internal sealed class TokenSource(RegistryTransport transport, TimeProvider clock)
{
    private const string ClientId = "wharf";
    private const int DefaultLifetimeSeconds = 60;
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<TokenKey, CachedToken> _tokens = new();

    /// <param name="challenge">The registry's, which names the token server.</param>
    /// <param name="scope"><c>repository:library/debian:pull</c>, several with blanks between them, or null for a mere login.</param>
    /// <exception cref="WharfException">The token server refused, or may not be given these credentials.</exception>
    internal async Task<string> GetAsync(
        RegistryEndpoint endpoint, Challenge challenge, string? scope, RegistryCredentials? credentials, CancellationToken cancellationToken)
    {
        Uri realm = CheckRealm(endpoint, challenge, credentials);
        var key = new TokenKey(realm, challenge["service"], scope, credentials);
        if (_tokens.TryGetValue(key, out CachedToken? cached) && cached.Expires > clock.GetUtcNow())
        {
            return cached.Token;
        }

        TokenResponse answer = await FetchAsync(endpoint, key, offline: false, cancellationToken).ConfigureAwait(false);
        string token = TokenOf(answer);
        TimeSpan lifetime = TimeSpan.FromSeconds(Math.Max(answer.ExpiresIn ?? DefaultLifetimeSeconds, DefaultLifetimeSeconds)) - Slack;
        RemoveExpired();
        _tokens[key] = new CachedToken(token, clock.GetUtcNow() + lifetime);
        return token;
    }

    /// <summary>Gets a token good for nothing but to show that the credentials are, and one that may stand for the password later on.</summary>
    /// <returns>The second is null where the server knows no such thing.</returns>
    internal async Task<(string Token, string? IdentityToken)> LogInAsync(
        RegistryEndpoint endpoint, Challenge challenge, RegistryCredentials credentials, CancellationToken cancellationToken)
    {
        var key = new TokenKey(CheckRealm(endpoint, challenge, credentials), challenge["service"], null, credentials);
        TokenResponse answer = await FetchAsync(endpoint, key, offline: true, cancellationToken).ConfigureAwait(false);
        return (TokenOf(answer), string.IsNullOrEmpty(answer.RefreshToken) ? null : answer.RefreshToken);
    }

    /// <summary>Forgets a token that a registry would not take.</summary>
    internal void Forget(string token)
    {
        foreach (KeyValuePair<TokenKey, CachedToken> entry in _tokens.Where(entry => entry.Value.Token == token))
        {
            _tokens.TryRemove(entry);
        }
    }

    /// <summary>A registry reached safely must not talk us into sending a password in the clear.</summary>
    private static Uri CheckRealm(RegistryEndpoint endpoint, Challenge challenge, RegistryCredentials? credentials)
    {
        if (!Uri.TryCreate(challenge["realm"], UriKind.Absolute, out Uri? realm) || realm.Scheme is not ("http" or "https"))
        {
            throw new WharfException(ErrorKind.Internal, $"registry {endpoint.Authority} names no usable token server: realm \"{challenge["realm"]}\"");
        }

        if (credentials is not null && realm.Scheme == Uri.UriSchemeHttp && !endpoint.IsPlain && !realm.IsLoopback)
        {
            throw new WharfException(
                ErrorKind.Unauthorized,
                $"registry {endpoint.Authority} asks for credentials to be sent unencrypted to {realm.Authority}: refused");
        }

        return realm;
    }

    private static string TokenOf(TokenResponse answer) =>
        (string.IsNullOrEmpty(answer.AccessToken) ? answer.Token : answer.AccessToken) is { Length: > 0 } given
            ? given
            : throw new WharfException(ErrorKind.Internal, "authorization server did not include a token in the response");

    /// <param name="offline">Ask for a refresh token, too.</param>
    private async Task<TokenResponse> FetchAsync(RegistryEndpoint endpoint, TokenKey key, bool offline, CancellationToken cancellationToken)
    {
        bool exchange = !string.IsNullOrEmpty(key.Credentials?.IdentityToken);
        Uri address = exchange ? key.Realm : WithQuery(key, offline);
        using HttpResponseMessage response = await transport.SendAsync(
            endpoint,
            address,
            target => exchange ? Exchange(target, key) : Query(target, key.Credentials),
            cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw await RegistryError.ReadAsync(response, transport.Timeouts, cancellationToken).ConfigureAwait(false);
        }

        byte[] body = await LimitedBody.ReadAsync(response, LimitedBody.MaxToken, transport.Timeouts, cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(body, TokenJson.Default.TokenResponse) ?? new TokenResponse();
        }
        catch (JsonException malformed)
        {
            throw new WharfException(ErrorKind.Internal, $"unable to decode token response of {key.Realm.Authority}: {malformed.Message}", malformed);
        }
    }

    private static Uri WithQuery(TokenKey key, bool offline)
    {
        var query = new StringBuilder(key.Realm.Query.TrimStart('?'));
        Append(query, "account", key.Credentials?.Username);
        foreach (string scope in key.Scope?.Split(' ') ?? [])
        {
            Append(query, "scope", scope);
        }

        Append(query, "service", key.Service);
        if (offline)
        {
            Append(query, "offline_token", "true");
            Append(query, "client_id", ClientId);
        }

        return new UriBuilder(key.Realm) { Query = query.ToString() }.Uri;
    }

    private static void Append(StringBuilder query, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            query.Append(query.Length > 0 ? "&" : "").Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }
    }

    private static HttpRequestMessage Query(Uri address, RegistryCredentials? credentials)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (!string.IsNullOrEmpty(credentials?.Username))
        {
            request.Headers.Authorization = BasicHeader(credentials);
        }

        return request;
    }

    private static HttpRequestMessage Exchange(Uri address, TokenKey key)
    {
        Dictionary<string, string> form = new()
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = key.Credentials!.IdentityToken!,
            ["service"] = key.Service ?? "",
            ["client_id"] = ClientId,
        };
        if (key.Scope is not null)
        {
            form["scope"] = key.Scope;
        }

        return new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form) };
    }

    internal static AuthenticationHeaderValue BasicHeader(RegistryCredentials credentials) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.Username}:{credentials.Password}")));

    private void RemoveExpired()
    {
        DateTimeOffset now = clock.GetUtcNow();
        foreach (KeyValuePair<TokenKey, CachedToken> entry in _tokens.Where(entry => entry.Value.Expires <= now))
        {
            _tokens.TryRemove(entry);
        }
    }

    /// <summary>A token is good for one realm, service and scope, and for whoever proved to be entitled to it.</summary>
    private sealed record TokenKey(Uri Realm, string? Service, string? Scope, RegistryCredentials? Credentials);

    private sealed record CachedToken(string Token, DateTimeOffset Expires);
}
