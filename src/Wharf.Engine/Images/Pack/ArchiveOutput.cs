using System.IO.Pipelines;

namespace Wharf.Engine.Images.Pack;

/// <summary>An archive on its way to a client, made on a thread of its own.</summary>
internal static class ArchiveOutput
{
    private const int BlockSize = 128 << 10;

    /// <param name="output">Not disposed.</param>
    /// <param name="write">Writes all of the archive, and flushes it.</param>
    internal static Task WriteAsync(Stream output, Action<PipeWriter> write) => Task.Factory.StartNew(
        () => Write(output, write), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Write(Stream output, Action<PipeWriter> write)
    {
        PipeWriter pipe = PipeWriter.Create(output, new StreamPipeWriterOptions(minimumBufferSize: BlockSize, leaveOpen: true));
        try
        {
            write(pipe);
            pipe.Complete();
        }
        catch (Exception failure)
        {
            // Without the bytes that wait to be sent.
            pipe.Complete(failure);
            throw;
        }
    }
}
