using System.Net;
using System.Net.Http.Headers;
using Wharf.Engine.Images.Registry.Auth;
using Wharf.Engine.Images.Registry.Endpoints;
using Wharf.Engine.Images.Registry.Transport;

namespace Wharf.Engine.Images.Registry;

/// <summary>
/// Requests to one endpoint on behalf of one user: learns from <c>GET /v2/</c> how the registry wants to be asked, authorizes each request so,
/// and answers a 401 once with a fresh token.
/// </summary>
internal sealed class RegistryGate(RegistryTransport transport, TokenSource tokens, RegistryEndpoint endpoint, RegistryCredentials? credentials)
{
    private volatile Challenge? _challenge;

    internal RegistryEndpoint Endpoint => endpoint;

    /// <summary>First contact. A registry that wants credentials says so here.</summary>
    /// <exception cref="WharfException">There is no registry there.</exception>
    internal async Task PingAsync(CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendPlainAsync(null, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            _challenge = Choose(response);
        }
        else if (!response.IsSuccessStatusCode)
        {
            throw await RegistryError.ReadAsync(response, transport.Timeouts, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>First contact with proof that the credentials are good.</summary>
    /// <returns>The identity token that a token server gave for the password, if it did.</returns>
    internal async Task<string?> ProveAsync(CancellationToken cancellationToken)
    {
        await PingAsync(cancellationToken).ConfigureAwait(false);
        string? identityToken = null;
        AuthenticationHeaderValue? authorization;
        if (_challenge is { IsBearer: true } challenge && !string.IsNullOrEmpty(credentials?.Username))
        {
            (string token, identityToken) = await RefusedInWordsAsync(
                () => tokens.LogInAsync(endpoint, challenge, credentials, cancellationToken), endpoint.Resolve("/v2/")).ConfigureAwait(false);
            authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        else
        {
            authorization = await AuthorizeAsync(null, endpoint.Resolve("/v2/"), cancellationToken).ConfigureAwait(false);
        }

        using HttpResponseMessage response = await SendPlainAsync(authorization, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw new WharfException(
                response.StatusCode == HttpStatusCode.Unauthorized ? ErrorKind.Unauthorized : ErrorKind.Internal,
                $"login attempt to {endpoint.Resolve("/v2/")} failed with status: {(int)response.StatusCode} {response.ReasonPhrase}");
        }

        return identityToken;
    }

    /// <summary>Sends a request and returns the successful response, headers read. The caller disposes it.</summary>
    /// <param name="address">Of the endpoint, or where it sent us: another host is asked without credentials.</param>
    /// <param name="scope">What a token must be good for; several scopes are parted by blanks.</param>
    /// <param name="prepare">Adds headers and body. Called again for each time that the request is sent.</param>
    /// <exception cref="RegistryError">The registry answered with an error.</exception>
    internal async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, Uri address, string scope, Action<HttpRequestMessage>? prepare, CancellationToken cancellationToken)
    {
        bool isOurs = RegistryTransport.IsSameOrigin(endpoint.Base, address);
        for (bool again = false; ; again = true)
        {
            AuthenticationHeaderValue? authorization =
                isOurs ? await AuthorizeAsync(scope, address, cancellationToken).ConfigureAwait(false) : null;
            HttpResponseMessage response = await transport.SendAsync(endpoint, address, Make, cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                if (response.StatusCode != HttpStatusCode.Unauthorized || again || !isOurs || Choose(response) is not { } challenge)
                {
                    throw await RegistryError.ReadAsync(response, transport.Timeouts, cancellationToken).ConfigureAwait(false);
                }

                bool answeredBefore = authorization is { Scheme: "Basic" } && challenge.IsBasic;
                if (answeredBefore || (authorization is not null && !string.IsNullOrEmpty(credentials?.RegistryToken)))
                {
                    throw await RegistryError.ReadAsync(response, transport.Timeouts, cancellationToken).ConfigureAwait(false);
                }

                tokens.Forget(authorization?.Parameter ?? "");
                _challenge = challenge;
            }

            HttpRequestMessage Make(Uri target)
            {
                var request = new HttpRequestMessage(method, target);
                request.Headers.Authorization = authorization;
                prepare?.Invoke(request);
                return request;
            }
        }
    }

    private Task<HttpResponseMessage> SendPlainAsync(AuthenticationHeaderValue? authorization, CancellationToken cancellationToken) =>
        transport.SendAsync(
            endpoint,
            endpoint.Resolve("/v2/"),
            target =>
            {
                var request = new HttpRequestMessage(HttpMethod.Get, target);
                request.Headers.Authorization = authorization;
                return request;
            },
            cancellationToken);

    private static Challenge? Choose(HttpResponseMessage response)
    {
        IReadOnlyList<Challenge> challenges = Challenge.Read(response);
        return challenges.FirstOrDefault(challenge => challenge.IsBearer) ?? challenges.FirstOrDefault(challenge => challenge.IsBasic);
    }

    private async Task<AuthenticationHeaderValue?> AuthorizeAsync(string? scope, Uri address, CancellationToken cancellationToken)
    {
        Challenge? challenge = _challenge;
        if (challenge is null)
        {
            return null;
        }

        if (challenge.IsBasic)
        {
            return string.IsNullOrEmpty(credentials?.Username)
                ? throw new WharfException(ErrorKind.Unauthorized, $"Get \"{address}\": no basic auth credentials")
                : TokenSource.BasicHeader(credentials);
        }

        if (!string.IsNullOrEmpty(credentials?.RegistryToken))
        {
            return new AuthenticationHeaderValue("Bearer", credentials.RegistryToken);
        }

        return new AuthenticationHeaderValue("Bearer", await RefusedInWordsAsync(
            () => tokens.GetAsync(endpoint, challenge, scope, credentials, cancellationToken), address).ConfigureAwait(false));
    }

    private static async Task<T> RefusedInWordsAsync<T>(Func<Task<T>> fetch, Uri address)
    {
        try
        {
            return await fetch().ConfigureAwait(false);
        }
        catch (RegistryError refused) when (refused.Code is RegistryError.Unauthorized)
        {
            throw new WharfException(ErrorKind.Unauthorized, $"Get \"{address}\": {refused.Message}", refused);
        }
    }
}
