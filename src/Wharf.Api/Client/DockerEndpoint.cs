using System.Net;
using System.Net.Sockets;

namespace Wharf.Api.Client;

/// <summary>Where an engine listens: <c>unix:///run/wharf.sock</c>, or <c>tcp://host:port</c> with or without TLS.</summary>
public sealed class DockerEndpoint
{
    private const int PlainPort = 2375;
    private const int TlsPort = 2376;
    private readonly string? _socketPath;
    private readonly string _host = "";
    private readonly int _port;

    private DockerEndpoint(string text, string socketPath) => (Text, _socketPath) = (text, socketPath);

    private DockerEndpoint(string text, string host, int port, TlsOptions? tls) =>
        (Text, _host, _port, Tls) = (text, host, port, tls);

    /// <summary>As it was given, for messages.</summary>
    public string Text { get; }

    /// <summary>Path of the unix socket; null for TCP.</summary>
    public string? SocketPath => _socketPath;

    /// <summary>What the <c>Host</c> header says; a socket has no name, so Docker's clients send a fixed one.</summary>
    internal string HostHeader => _socketPath is null ? $"{_host}:{_port}" : "docker";

    internal TlsOptions? Tls { get; }

    /// <param name="address"><c>unix://PATH</c>, <c>tcp://HOST[:PORT]</c>, or <c>http(s)://HOST[:PORT]</c>.</param>
    /// <param name="tls">How to speak TLS to a TCP address; null for plain HTTP.</param>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static DockerEndpoint Parse(string address, TlsOptions? tls = null)
    {
        if (address.StartsWith("unix://", StringComparison.Ordinal))
        {
            string path = address["unix://".Length..];
            return path.Length > 0 ? new DockerEndpoint(address, path) : throw Malformed(address);
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0)
        {
            throw Malformed(address);
        }

        TlsOptions? used = uri.Scheme switch
        {
            "tcp" => tls,
            "http" => null,
            "https" => tls ?? new TlsOptions(),
            _ => throw Malformed(address),
        };
        bool hasPort = !uri.IsDefaultPort && uri.Port > 0;
        return new DockerEndpoint(address, uri.DnsSafeHost, hasPort ? uri.Port : used is null ? PlainPort : TlsPort, used);
    }

    /// <summary>Opens a connection; blocking, as the whole client is.</summary>
    internal Stream Connect()
    {
        Socket socket = _socketPath is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(_socketPath is null ? new DnsEndPoint(_host, _port) : new UnixDomainSocketEndPoint(_socketPath));
            var stream = new NetworkStream(socket, ownsSocket: true);
            return Tls is null ? stream : Tls.Authenticate(stream, _host);
        }
        catch (Exception e) when (e is SocketException or ArgumentOutOfRangeException)
        {
            socket.Dispose();
            throw new DockerUnreachableException(this, e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static FormatException Malformed(string address) => new($"unable to parse docker host `{address}`");
}
