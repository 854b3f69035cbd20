using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using Wharf.Engine.Images.Registry.Endpoints;

namespace Wharf.Engine.Images.Registry.Transport;

/// <summary>
/// HTTP to registries: one connection pool per host and way of trusting it (a certificate that is put in place counts from the next request on), time limits on every wait, redirects followed without taking
/// credentials to another host, failures in words that name the request.
/// </summary>
internal sealed class RegistryTransport(EngineOptions options, RegistryTimeouts timeouts) : IDisposable
{
    private const int MaxRedirects = 10;
    private const int MaxHeaderKilobytes = 64;
    private static readonly ProductInfoHeaderValue UserAgent = new("wharf", typeof(RegistryTransport).Assembly.GetName().Version?.ToString(3));
    private readonly ConcurrentDictionary<(string Authority, bool Plain, bool Verify, string Certificates), Lazy<HttpMessageInvoker>> _pools = new();

    internal RegistryTimeouts Timeouts => timeouts;

    /// <summary>Sends a request and returns once the headers are there. Bodies are read under <see cref="Timeouts"/> by the caller.</summary>
    /// <param name="endpoint">Whose trust rules apply; other hosts that it redirects to are held to full verification.</param>
    /// <param name="makeRequest">Called again for each redirect: a request message can be sent only once.</param>
    /// <exception cref="RegistryTransportException">There was no answer.</exception>
    internal async Task<HttpResponseMessage> SendAsync(
        RegistryEndpoint endpoint,
        Uri address,
        Func<Uri, HttpRequestMessage> makeRequest,
        CancellationToken cancellationToken)
    {
        Uri current = address;
        for (int redirects = 0; ; redirects++)
        {
            using HttpRequestMessage request = makeRequest(current);
            request.Headers.UserAgent.Add(UserAgent);
            if (!IsSameOrigin(current, address))
            {
                request.Headers.Authorization = null;
            }

            HttpResponseMessage response = await SendOnceAsync(endpoint, request, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                    or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
                || response.Headers.Location is not { } location)
            {
                return response;
            }

            response.Dispose();
            current = new Uri(current, location);
            if (redirects == MaxRedirects || current.Scheme is not ("http" or "https"))
            {
                throw new RegistryTransportException(request.Method, address, redirects == MaxRedirects
                    ? $"stopped after {MaxRedirects} redirects"
                    : $"unsupported protocol scheme \"{current.Scheme}\"");
            }
        }
    }

    public void Dispose()
    {
        foreach (Lazy<HttpMessageInvoker> pool in _pools.Values.Where(pool => pool.IsValueCreated))
        {
            pool.Value.Dispose();
        }
    }

    internal static bool IsSameOrigin(Uri one, Uri other) => one.Scheme == other.Scheme && one.Authority == other.Authority;

    private async Task<HttpResponseMessage> SendOnceAsync(RegistryEndpoint endpoint, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeouts.Headers + timeouts.Connect);
        if (request.Content is BlobContent body)
        {
            // A long body is no long silence, but the answer to it may take its time.
            body.Moved = sent => limit.CancelAfter(sent < body.Length ? timeouts.Stall : timeouts.Commit);
        }

        try
        {
            return await PoolFor(endpoint, request.RequestUri!).SendAsync(request, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RegistryTransportException(request.Method, request.RequestUri!, "net/http: timeout awaiting response headers", late);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new RegistryTransportException(request.Method, request.RequestUri!, Describe(failure), failure);
        }
    }

    private static string Describe(Exception failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case DialException:
                case AuthenticationException { Message: ['t', 'l', 's', ':', ..] }:
                    return cause.Message;
                case AuthenticationException when failure.Message.Contains("SSL", StringComparison.Ordinal) && cause.InnerException is null:
                    // The peer's first bytes were no TLS record: nearly always a plain HTTP registry.
                    return "http: server gave HTTP response to HTTPS client";
                case HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded }:
                    return "EOF";
            }
        }

        return failure.InnerException?.Message ?? failure.Message;
    }

    private HttpMessageInvoker PoolFor(RegistryEndpoint endpoint, Uri address)
    {
        bool own = IsSameOrigin(endpoint.Base, address);
        RegistryEndpoint target = own ? endpoint : new RegistryEndpoint(new Uri(address.GetLeftPart(UriPartial.Authority)), VerifyTls: true);
        string certificates = target.IsPlain ? "" : CertificateFiles.StampOf(options.CertificatesDirectory, target.Authority);
        return _pools.GetOrAdd(
            (target.Authority, target.IsPlain, target.VerifyTls, certificates),
            static (_, state) => new Lazy<HttpMessageInvoker>(() => state.Self.CreatePool(state.Target)),
            (Self: this, Target: target)).Value;
    }

    private HttpMessageInvoker CreatePool(RegistryEndpoint endpoint)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            // Go's net/http, and so Docker, never sends loopback through a proxy.
            UseProxy = !endpoint.Base.IsLoopback,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            ConnectTimeout = timeouts.Connect + timeouts.Headers,
            ConnectCallback = (context, cancellationToken) => Dialer.DialAsync(context.DnsEndPoint, timeouts.Connect, cancellationToken),
        };
        if (!endpoint.IsPlain)
        {
            CertificateFiles files = CertificateFiles.Read(options.CertificatesDirectory, endpoint.Authority);
            var check = new CertificateCheck(endpoint.Base.Host, files.Authorities);
            handler.SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = files.Clients,
                RemoteCertificateValidationCallback = (_, certificate, chain, problems) =>
                    !endpoint.VerifyTls || check.Validate(certificate, chain, problems),
            };
        }

        return new HttpMessageInvoker(handler);
    }
}
