using System.Net;
using System.Net.Sockets;

namespace Wharf.Engine.Images.Registry.Transport;

/// <summary>No connection came about. The message is in the words of Go's net package, which people search for.</summary>
internal sealed class DialException(string message, Exception cause) : IOException(message, cause);

/// <summary>Opens connections: every address of the name in turn, each with its own time limit.</summary>
internal static class Dialer
{
    /// <summary>Whole layers come through these sockets: more in flight means fewer wake-ups.</summary>
    private const int ReceiveBuffer = 1 << 20;

    internal static async ValueTask<Stream> DialAsync(DnsEndPoint target, TimeSpan timeout, CancellationToken cancellationToken)
    {
        IPAddress[] addresses;
        try
        {
            addresses = await Dns.GetHostAddressesAsync(target.Host, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException unknown)
        {
            string reason = unknown.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData ? "no such host" : unknown.Message;
            throw new DialException($"dial tcp: lookup {target.Host}: {reason}", unknown);
        }

        DialException? first = null;
        foreach (IPAddress address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = ReceiveBuffer };
            var endpoint = new IPEndPoint(address, target.Port);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(timeout);
            try
            {
                await socket.ConnectAsync(endpoint, limit.Token).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException refused)
            {
                socket.Dispose();
                first ??= new DialException($"dial tcp {endpoint}: connect: {Describe(refused)}", refused);
            }
            catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
            {
                socket.Dispose();
                first ??= new DialException($"dial tcp {endpoint}: i/o timeout", late);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw first ?? new DialException($"dial tcp: lookup {target.Host}: no addresses", new SocketException((int)SocketError.HostNotFound));
    }

    private static string Describe(SocketException problem) => problem.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset => "connection reset by peer",
        SocketError.HostUnreachable => "no route to host",
        SocketError.NetworkUnreachable => "network is unreachable",
        SocketError.TimedOut => "connection timed out",
        _ => problem.Message,
    };
}
