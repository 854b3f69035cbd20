using System.Buffers;

namespace Wharf.Engine.Execution;

/// <summary>Copies both ways between a client and a monitor; see <see cref="IStreamRelay"/>.</summary>
internal sealed class AttachRelay : IStreamRelay
{
    private const int BufferBytes = 32 << 10;

    public async Task<RelayEnd> RunAsync(Stream client, Stream monitor, bool tty, string? detachKeys, CancellationToken cancellationToken)
    {
        DetachKeys? keys = tty ? DetachKeys.Parse(detachKeys) : null;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<bool> input = CopyInputAsync(client, monitor, keys, ending.Token);
        Task<RelayEnd> output = CopyOutputAsync(monitor, client, ending.Token);
        try
        {
            // Input that has merely ended is no end: output goes on.
            Task first = await Task.WhenAny(input, output);
            if (first == input && await input)
            {
                return RelayEnd.Detached;
            }

            return await output;
        }
        finally
        {
            await ending.CancelAsync();
            await ((Task)input).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ((Task)output).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>True when the detach keys were typed; false when there is no more input, or nobody to take it.</returns>
    private static async Task<bool> CopyInputAsync(Stream client, Stream monitor, DetachKeys? keys, CancellationToken cancellationToken)
    {
        byte[] typed = ArrayPool<byte>.Shared.Rent(BufferBytes);
        byte[] passed = keys is null ? typed : ArrayPool<byte>.Shared.Rent(BufferBytes + keys.Length);
        try
        {
            int count;
            while ((count = await client.ReadAsync(typed.AsMemory(0, BufferBytes), cancellationToken)) > 0)
            {
                bool detached = false;
                int length = count;
                if (keys is not null)
                {
                    detached = keys.Scan(typed.AsSpan(0, count), passed, out length);
                }

                await monitor.WriteAsync(passed.AsMemory(0, length), cancellationToken);
                if (detached)
                {
                    return true;
                }
            }

            (monitor as MonitorStream)?.CompleteInput();
            return false;
        }
        catch (IOException)
        {
            // The process has closed its input or gone: what it still has to say comes on the other side.
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(typed);
            if (passed != typed)
            {
                ArrayPool<byte>.Shared.Return(passed);
            }
        }
    }

    private static async Task<RelayEnd> CopyOutputAsync(Stream monitor, Stream client, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int count;
            while ((count = await ReadAsync(monitor, buffer, cancellationToken)) > 0)
            {
                try
                {
                    await client.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                }
                catch (IOException)
                {
                    return RelayEnd.ClientGone;
                }
            }

            return RelayEnd.ProcessEnded;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A monitor that was killed resets its connections: that is the end too.</summary>
    private static async ValueTask<int> ReadAsync(Stream monitor, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await monitor.ReadAsync(buffer.AsMemory(0, BufferBytes), cancellationToken);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
