using System.Buffers.Binary;
using System.Threading.Channels;
using Wharf.Api;
using Wharf.Api.Builds;
using Wharf.Engine.Builds;

namespace Wharf.Daemon.Streams;

/// <summary>What happens in a build, as frames to the session's client. Reporting never waits: a task of its own writes.</summary>
internal sealed class BuildSessionOutput : IBuildObserver, IAsyncDisposable
{
    /// <summary>Of output that the client has not read yet; what comes beyond is left out, and that is said.</summary>
    private const long MaxWaitingBytes = 32 << 20;

    private static readonly byte[] s_leftOut = [.. "\n[output left out: the client does not read it fast enough]\n"u8];
    private readonly Channel<object> _waiting = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
    private readonly FrameWriter _frames;
    private readonly Task _writing;
    private long _bytes;
    private bool _isLeavingOut;

    internal BuildSessionOutput(Stream client)
    {
        _frames = new FrameWriter(client);
        _writing = WriteAsync();
    }

    public void Report(BuildEvent happened)
    {
        if (happened is not StepOutput output)
        {
            _waiting.Writer.TryWrite(happened);
            return;
        }

        if (Interlocked.Add(ref _bytes, output.Bytes.Length) <= MaxWaitingBytes)
        {
            _isLeavingOut = false;
            _waiting.Writer.TryWrite(output);
            return;
        }

        Interlocked.Add(ref _bytes, -output.Bytes.Length);
        if (!_isLeavingOut)
        {
            _isLeavingOut = true;
            _waiting.Writer.TryWrite(output with { Bytes = s_leftOut });
            Interlocked.Add(ref _bytes, s_leftOut.Length);
        }
    }

    /// <summary>Writes what is left, and the result.</summary>
    internal Task CompleteAsync(BuildResultMessage result)
    {
        _waiting.Writer.TryWrite(result);
        _waiting.Writer.TryComplete();
        return _writing.ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WriteAsync()
    {
        while (await _waiting.Reader.WaitToReadAsync())
        {
            while (_waiting.Reader.TryRead(out object? next))
            {
                Write(next);
            }

            _frames.Flush();
        }
    }

    private void Write(object next)
    {
        switch (next)
        {
            case StepOutput output:
                const int Head = sizeof(int) + 1;
                Span<byte> head = stackalloc byte[Head];
                BinaryPrimitives.WriteInt32LittleEndian(head, output.Step.Number);
                head[Head - 1] = output.Stream == OutputStream.Error ? (byte)2 : (byte)1;
                _frames.Begin(BuildFrame.Output, Head + output.Bytes.Length);
                _frames.Add(head);
                _frames.Add(output.Bytes.Span);
                Interlocked.Add(ref _bytes, -output.Bytes.Length);
                break;
            case BuildResultMessage result:
                _frames.WriteJson(BuildFrame.Result, result, ApiJson.Default.BuildResultMessage);
                break;
            case BuildEvent happened when Mapping.BuildEventMapping.ToWire(happened) is { } message:
                _frames.WriteJson(BuildFrame.Event, message, ApiJson.Default.BuildEventMessage);
                break;
        }
    }
}
