using System.IO.Pipelines;

namespace Wharf.Engine.Images.Content;

/// <summary>
/// Moves the reading of a stream to a thread of its own, a few blocks ahead of the reader: so inflating a layer and writing its files happen
/// on two cores at once.
/// </summary>
public static class ReadAhead
{
    private const int BlockSize = 128 << 10;

    /// <summary>How pipes between the stages of a layer are sized: big blocks, and no more than 1 MiB waiting.</summary>
    internal static PipeOptions PipeOptions { get; } = new(
        minimumSegmentSize: BlockSize,
        pauseWriterThreshold: 1 << 20,
        resumeWriterThreshold: 512 << 10,
        useSynchronizationContext: false);

    /// <summary>Opens a stream on the new thread and starts reading it. What opening or reading throws, the returned stream throws.</summary>
    /// <param name="open">Makes the source, which is disposed when it is read to its end or the returned stream is disposed.</param>
    public static Stream Start(Func<Stream> open)
    {
        var pipe = new Pipe(PipeOptions);
        _ = Task.Factory.StartNew(() => Pump(open, pipe.Writer), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return pipe.Reader.AsStream();
    }

    private static void Pump(Func<Stream> open, PipeWriter target)
    {
        try
        {
            using (Stream source = open())
            {
                while (source.Read(target.GetSpan(BlockSize)) is > 0 and int read)
                {
                    target.Advance(read);
                    ValueTask<FlushResult> flush = target.FlushAsync();
                    // This thread has nothing else to do than to wait for its reader.
                    if ((flush.IsCompleted ? flush.Result : flush.AsTask().GetAwaiter().GetResult()).IsCompleted)
                    {
                        break;
                    }
                }
            }

            target.Complete();
        }
        catch (Exception failure)
        {
            target.Complete(failure);
        }
    }
}
