using System.Net;
using System.Net.Sockets;

namespace Wharf.ConformanceTests.Harness;

/// <summary>A line to a registry on which bytes take their time, and are counted: so that a test can come between.</summary>
public sealed class SlowLine : IAsyncDisposable
{
    private const int Piece = 64 << 10;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _target;
    private readonly TimeSpan _pause;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private long _received;
    private long _sent;

    /// <param name="bytesPerSecond">In each direction of each connection.</param>
    public SlowLine(string registry, long bytesPerSecond)
    {
        _target = IPEndPoint.Parse(registry);
        _pause = TimeSpan.FromSeconds((double)Piece / bytesPerSecond);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>Bytes from the registry to its clients.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Bytes from clients to the registry.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = RelayAsync(client);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using (client)
        using (var registry = new TcpClient())
        {
            // What waits in the kernel's buffers when somebody dies is lost; it should be little.
            client.SendBufferSize = client.ReceiveBufferSize = registry.SendBufferSize = registry.ReceiveBufferSize = Piece;
            try
            {
                await registry.ConnectAsync(_target, _stop.Token);
                await Task.WhenAny(
                    CopyAsync(registry.GetStream(), client.GetStream(), count => Interlocked.Add(ref _received, count)),
                    CopyAsync(client.GetStream(), registry.GetStream(), count => Interlocked.Add(ref _sent, count)));
            }
            catch (Exception broken) when (broken is SocketException or IOException or OperationCanceledException)
            {
                // One end has gone: so does the other.
            }
        }
    }

    private async Task CopyAsync(NetworkStream source, NetworkStream target, Action<long> count)
    {
        byte[] buffer = new byte[Piece];
        while (await source.ReadAsync(buffer, _stop.Token) is > 0 and int read)
        {
            await target.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            count(read);
            await Task.Delay(_pause * ((double)read / Piece), _stop.Token);
        }
    }
}
