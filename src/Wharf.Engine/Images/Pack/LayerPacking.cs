using System.IO.Pipelines;
using Wharf.Engine.Images.Content;

namespace Wharf.Engine.Images.Pack;

/// <summary>A layer's directory on its way to becoming an archive: packed on a thread of its own, a few blocks ahead of the reader.</summary>
internal sealed class LayerPacking : IDisposable
{
    private readonly Pipe _pipe = new(ReadAhead.PipeOptions);

    private LayerPacking()
    {
    }

    /// <summary>The archive, uncompressed. What packing throws, reading throws.</summary>
    internal PipeReader Archive => _pipe.Reader;

    /// <summary>Bytes of the regular files, once the archive has been read to its end.</summary>
    internal long FilesSize { get; private set; }

    internal static LayerPacking Start(string directory, CancellationToken cancellationToken)
    {
        var packing = new LayerPacking();
        _ = Task.Factory.StartNew(
            () => packing.Run(directory, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return packing;
    }

    /// <summary>Whoever packs stops at the next block, if it has not come to its end.</summary>
    public void Dispose() => _pipe.Reader.Complete();

    private void Run(string directory, CancellationToken cancellationToken)
    {
        try
        {
            FilesSize = TreePacker.PackLayer(directory, new TarWriter(_pipe.Writer), cancellationToken);
            _pipe.Writer.Complete();
        }
        catch (Exception failure)
        {
            _pipe.Writer.Complete(failure);
        }
    }
}
