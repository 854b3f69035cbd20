using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Wharf.Daemon.Configuration;
using Wharf.Engine.Host;

namespace Wharf.Daemon.Hosting;

/// <summary>The addresses of <c>-H</c>, given to Kestrel: unix sockets, TCP with or without TLS, and sockets handed over by systemd.</summary>
internal sealed class Listeners(DaemonSettings settings)
{
    /// <summary>First inherited descriptor (sd_listen_fds(3)).</summary>
    private const int FirstInheritedDescriptor = 3;
    private readonly List<string> _sockets = [];

    /// <exception cref="ConfigurationException">An address is malformed, or taken.</exception>
    internal void Configure(KestrelServerOptions options)
    {
        foreach (string host in settings.Hosts)
        {
            (string scheme, string rest) = host.Split("://", 2) is [var before, var after] ? (before, after) : ("tcp", host);
            switch (scheme)
            {
                case "unix":
                    PrepareSocket(rest);
                    options.ListenUnixSocket(rest);
                    _sockets.Add(rest);
                    break;
                case "tcp":
                    ListenTcp(options, rest);
                    break;
                case "fd":
                    ListenInherited(options);
                    break;
                default:
                    throw new ConfigurationException($"invalid bind address ({host}): unsupported proto: {scheme}");
            }
        }
    }

    /// <summary>
    /// After the sockets exist: owner and group may use them, others not. Until then a usual umask (022) has kept all but root out, since
    /// connecting needs write permission.
    /// </summary>
    internal void Restrict()
    {
        foreach (string socket in _sockets)
        {
            SocketPermissions.Apply(socket, settings.Group);
        }
    }

    internal void Remove() => _sockets.ForEach(File.Delete);

    /// <summary>A socket that nobody answers on was left by a crash, and is replaced.</summary>
    private static void PrepareSocket(string path)
    {
        if (!Path.IsPathFullyQualified(path))
        {
            throw new ConfigurationException($"invalid bind address (unix://{path}): the path must be absolute");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!File.Exists(path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            File.Delete(path);
            return;
        }

        throw new ConfigurationException($"can't create unix socket {path}: another daemon answers there; stop it, or choose another address with -H");
    }

    private void ListenTcp(KestrelServerOptions options, string address)
    {
        int port = settings.Tls is null ? 2375 : 2376;
        if (!IPEndPoint.TryParse(address.Replace("localhost", "127.0.0.1", StringComparison.Ordinal), out IPEndPoint? endpoint))
        {
            throw new ConfigurationException($"invalid bind address (tcp://{address}): expected an IP address and a port");
        }

        endpoint.Port = endpoint.Port == 0 ? port : endpoint.Port;
        options.Listen(endpoint, listen =>
        {
            if (settings.Tls is not null)
            {
                TlsListener.Secure(listen, settings.Tls);
            }
        });
    }

    private static void ListenInherited(KestrelServerOptions options)
    {
        if (Environment.GetEnvironmentVariable("LISTEN_PID") != Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
            || !int.TryParse(Environment.GetEnvironmentVariable("LISTEN_FDS"), out int count)
            || count < 1)
        {
            throw new ConfigurationException("no sockets found via socket activation: make sure the service was started by systemd");
        }

        for (int i = 0; i < count; i++)
        {
            options.ListenHandle((ulong)(FirstInheritedDescriptor + i));
        }
    }
}
