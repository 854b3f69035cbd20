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

    internal static LayerPacking Start(string directory, CancellationToken cancellationToken) =>
        Start(archive => TreePacker.PackLayer(directory, archive, cancellationToken));

    /// <inheritdoc cref="TreePacker.PackTimeless"/>
    internal static LayerPacking StartTimeless(string directory, CancellationToken cancellationToken) =>
        Start(archive => TreePacker.PackTimeless(directory, archive, cancellationToken));

    /// <summary>A container's own upper directory.</summary>
    internal static LayerPacking StartUpper(string directory, CancellationToken cancellationToken) =>
        Start(archive => TreePacker.PackUpper(directory, archive, cancellationToken));

    /// <summary>Whoever packs stops at the next block, if it has not come to its end.</summary>
    public void Dispose() => _pipe.Reader.Complete();

    private static LayerPacking Start(Func<TarWriter, long> pack)
    {
        var packing = new LayerPacking();
        _ = Task.Factory.StartNew(() => packing.Run(pack), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return packing;
    }

    private void Run(Func<TarWriter, long> pack)
    {
        try
        {
            FilesSize = pack(new TarWriter(_pipe.Writer));
            _pipe.Writer.Complete();
        }
        catch (Exception failure)
        {
            _pipe.Writer.Complete(failure);
        }
    }
}
