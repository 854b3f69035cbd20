using Wharf.Engine.Images.Registry.Auth;
using Wharf.Engine.Images.Registry.Endpoints;
using Wharf.Engine.Images.Registry.Transport;
using Wharf.Oci;

namespace Wharf.Engine.Images.Registry;

/// <summary>Registries (OCI distribution-spec 1.1): finds the endpoint that serves a repository and opens it.</summary>
public sealed class RegistryClient : IDisposable
{
    private const int RequestAttempts = 3;
    private const int UploadAttempts = 5;
    private readonly EndpointResolver _endpoints;
    private readonly RegistryTransport _transport;
    private readonly TokenSource _tokens;
    private readonly RetryPolicy _retries;
    private readonly RegistrySearch _search;

    public RegistryClient(EngineOptions options, TimeProvider clock)
        : this(options, new RegistryTimeouts(), clock)
    {
    }

    internal RegistryClient(EngineOptions options, RegistryTimeouts timeouts, TimeProvider clock)
    {
        _endpoints = new EndpointResolver(options);
        _transport = new RegistryTransport(options, timeouts);
        _tokens = new TokenSource(_transport, clock);
        _search = new RegistrySearch(_endpoints, _transport);
        _retries = new RetryPolicy(timeouts, RequestAttempts, clock);
        Downloads = new RetryPolicy(timeouts, options.MaxDownloadAttempts, clock);
        Uploads = new RetryPolicy(timeouts, UploadAttempts, clock);
    }

    /// <summary>When to go on with a download that broke off.</summary>
    internal RetryPolicy Downloads { get; }

    /// <summary>When to go on with an upload that broke off.</summary>
    internal RetryPolicy Uploads { get; }

    /// <summary>
    /// Does <paramref name="work"/> against the first endpoint that can do it. A mirror may fail in any way; of a registry itself only the
    /// first contact may, so that an insecure one is tried with TLS and then without.
    /// </summary>
    internal Task<T> UseAsync<T>(
        ImageReference reference, RegistryCredentials? credentials, Func<Repository, Task<T>> work, CancellationToken cancellationToken) =>
        UseAsync(
            reference,
            credentials,
            _ => true,
            gate => work(new Repository(gate, reference.Path, $"repository:{reference.Path}:pull", _transport.Timeouts, _retries)),
            cancellationToken);

    /// <summary>As <see cref="UseAsync{T}(ImageReference, RegistryCredentials?, Func{Repository, Task{T}}, CancellationToken)"/>, to write. Mirrors are not asked.</summary>
    internal Task<T> WriteAsync<T>(
        ImageReference reference, RegistryCredentials? credentials, Func<RepositoryWriter, Task<T>> work, CancellationToken cancellationToken)
    {
        string scope = $"repository:{reference.Path}:pull,push";
        return UseAsync(
            reference,
            credentials,
            endpoint => !endpoint.IsMirror,
            gate => work(new RepositoryWriter(gate, new Repository(gate, reference.Path, scope, _transport.Timeouts, _retries), scope, _retries)),
            cancellationToken);
    }

    /// <inheritdoc cref="RegistrySearch.RunAsync"/>
    internal Task<IReadOnlyList<FoundImage>> SearchAsync(
        string domain, string term, int limit, RegistryCredentials? credentials, CancellationToken cancellationToken) =>
        _search.RunAsync(domain, term, limit, credentials, cancellationToken);

    /// <summary>Checks credentials with a registry (<c>docker login</c>).</summary>
    /// <param name="address">Host, or Docker's historic <c>https://index.docker.io/v1/</c>.</param>
    /// <returns>A token that stands for the password from now on, if the registry gave one.</returns>
    /// <exception cref="WharfException">Unauthorized: they were refused.</exception>
    public async Task<string?> LogInAsync(string? address, RegistryCredentials credentials, CancellationToken cancellationToken)
    {
        IReadOnlyList<RegistryEndpoint> endpoints = await _endpoints.ResolveAsync(DomainOf(address), cancellationToken).ConfigureAwait(false);
        for (int i = 0; ; i++)
        {
            try
            {
                var gate = new RegistryGate(_transport, _tokens, endpoints[i], credentials);
                return await gate.ProveAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (WharfException failure) when (i < endpoints.Count - 1 && (endpoints[i].IsMirror || failure is RegistryTransportException))
            {
                // As above.
            }
        }
    }

    public void Dispose() => _transport.Dispose();

    private static string DomainOf(string? address)
    {
        string host = (address ?? "").Replace("https://", "", StringComparison.Ordinal).Replace("http://", "", StringComparison.Ordinal).Split('/')[0];
        return host is "" or "index.docker.io" or "registry-1.docker.io" ? ImageReference.DefaultDomain : host;
    }

    private async Task<T> UseAsync<T>(
        ImageReference reference,
        RegistryCredentials? credentials,
        Func<RegistryEndpoint, bool> isSuitable,
        Func<RegistryGate, Task<T>> work,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<RegistryEndpoint> endpoints =
            [.. (await _endpoints.ResolveAsync(reference.Domain, cancellationToken).ConfigureAwait(false)).Where(isSuitable)];
        for (int i = 0; ; i++)
        {
            bool last = i == endpoints.Count - 1;
            RegistryGate? gate = null;
            try
            {
                gate = await OpenAsync(endpoints[i], credentials, cancellationToken).ConfigureAwait(false);
                return await work(gate).ConfigureAwait(false);
            }
            catch (WharfException failure) when (!last && (endpoints[i].IsMirror || (gate is null && failure is RegistryTransportException)))
            {
                // The next endpoint's answer is the one that counts.
            }
        }
    }

    private async Task<RegistryGate> OpenAsync(RegistryEndpoint endpoint, RegistryCredentials? credentials, CancellationToken cancellationToken)
    {
        bool useCredentials = credentials is { IsEmpty: false } && !endpoint.IsMirror;
        var gate = new RegistryGate(_transport, _tokens, endpoint, useCredentials ? credentials : null);
        // A registry that is busy is asked again; whether there is one at all is found out at once.
        return await _retries.RunAsync(
            async () =>
            {
                await gate.PingAsync(cancellationToken).ConfigureAwait(false);
                return gate;
            },
            cancellationToken,
            failure => failure is RegistryError).ConfigureAwait(false);
    }
}
