using System.Threading.Channels;
using Wharf.Api.Common;
using Wharf.Engine.Images.Pull;

namespace Wharf.Daemon.Streams;

/// <summary>Between the engine's work on layers, which never waits for a client, and the client's stream.</summary>
internal static class ProgressRelay
{
    /// <summary>A client that falls this far behind misses the oldest lines rather than holding the work up.</summary>
    private const int QueuedLines = 4096;

    /// <summary>Writes to the stream what <paramref name="work"/> reports, until it ends; its failure comes out.</summary>
    internal static async Task RunAsync(ProgressStream stream, Func<IProgress<PullProgress>, Task> work)
    {
        var lines = Channel.CreateBounded<PullProgress>(new BoundedChannelOptions(QueuedLines)
        {
            FullMode = BoundedChannelFullMode.DropOldest,
            SingleReader = true,
        });
        Task working = WorkAsync(work, lines.Writer);
        await foreach (PullProgress line in lines.Reader.ReadAllAsync(CancellationToken.None))
        {
            await WriteAsync(stream, line);
        }

        await working;
    }

    private static async Task WorkAsync(Func<IProgress<PullProgress>, Task> work, ChannelWriter<PullProgress> lines)
    {
        try
        {
            await work(new Queue(lines));
        }
        finally
        {
            lines.Complete();
        }
    }

    internal static Task WriteAsync(ProgressStream stream, PullProgress line) => line switch
    {
        { Pushed: { } pushed } => stream.WriteAsync(new ProgressMessage
        {
            ProgressDetail = new ProgressDetail(),
            Aux = new ProgressResult { Tag = pushed.Tag, Digest = pushed.Digest.ToString(), Size = pushed.Size },
        }),
        { Current: { } current, Total: { } total, Id: { } id } => stream.ProgressAsync(id, line.Status, current, total),
        { Id: { } id } when !line.Status.StartsWith("Pulling from", StringComparison.Ordinal) => stream.ProgressAsync(id, line.Status, 0, 0),
        _ => stream.StatusAsync(line.Status, line.Id),
    };

    private sealed class Queue(ChannelWriter<PullProgress> lines) : IProgress<PullProgress>
    {
        public void Report(PullProgress value) => lines.TryWrite(value);
    }
}
