using System.Text;
using Wharf.Engine.Execution;

namespace Wharf.Engine.Containers.Execs;

/// <summary>One client of an exec. Its connection has been hijacked before the program starts, so a failure to start is told there, as text.</summary>
internal sealed class ExecSession(ContainerDependencies engine, ExecInContainer execs, ExecEntry entry) : IStreamSession
{
    private const int FrameHeader = 8; // stdcopy: stream, three zeros, length in big endian
    private const byte StandardOutput = 1;

    public bool Tty => entry.Snapshot.Request.Tty;

    public async Task RunAsync(Stream client, CancellationToken cancellationToken)
    {
        RunningExec running;
        try
        {
            running = await execs.StartAsync(entry, attached: true);
        }
        catch (WharfException failure)
        {
            await TellAsync(client, failure.Message + "\r\n", cancellationToken);
            return;
        }

        await using (running.Stream)
        {
            RelayEnd end = await engine.Relay.RunAsync(client, running.Stream, Tty, entry.Snapshot.Request.DetachKeys, cancellationToken);
            if (end == RelayEnd.ProcessEnded)
            {
                // A client asks for the exit code as soon as its connection ends.
                await entry.Ended.WaitAsync(cancellationToken);
            }
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task TellAsync(Stream client, string text, CancellationToken cancellationToken)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (!Tty)
        {
            byte[] header = new byte[FrameHeader];
            header[0] = StandardOutput;
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), bytes.Length);
            bytes = [.. header, .. bytes];
        }

        await client.WriteAsync(bytes, cancellationToken);
    }
}
