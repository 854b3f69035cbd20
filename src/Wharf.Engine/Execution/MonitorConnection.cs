using System.Net.Sockets;
using Wharf.Oci.Monitor;

namespace Wharf.Engine.Execution;

/// <summary>Messages over one connection to a monitor. Sends may come from several callers, receives from one.</summary>
internal sealed class MonitorConnection(Socket socket) : IDisposable
{
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly byte[] _header = new byte[MonitorFrame.HeaderBytes];

    internal async Task SendAsync(MonitorMessage message, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> frame = MonitorFrame.Encode(message);
        await _sending.WaitAsync(cancellationToken);
        try
        {
            // Half a message would make nonsense of all that follow: once begun it is finished.
            while (!frame.IsEmpty)
            {
                frame = frame[await socket.SendAsync(frame, SocketFlags.None, CancellationToken.None)..];
            }
        }
        catch (SocketException broken)
        {
            throw new IOException($"the container's monitor does not take messages: {broken.Message}", broken);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <returns>Null when the monitor has closed the connection.</returns>
    /// <exception cref="InvalidDataException">It sent something else than messages.</exception>
    internal async Task<MonitorMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (!await FillAsync(_header, cancellationToken))
        {
            return null;
        }

        byte[] body = new byte[MonitorFrame.BodyLength(_header)];
        return await FillAsync(body, cancellationToken) ? MonitorFrame.Decode(body) : null;
    }

    /// <summary>What follows on this connection is not messages.</summary>
    internal MonitorStream BecomeStream() => new(socket);

    public void Dispose()
    {
        socket.Dispose();
        _sending.Dispose();
    }

    private async Task<bool> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            while (!buffer.IsEmpty)
            {
                int count = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
                if (count == 0)
                {
                    return false;
                }

                buffer = buffer[count..];
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
