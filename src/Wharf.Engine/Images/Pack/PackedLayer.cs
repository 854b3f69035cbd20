using System.IO.Pipelines;
using System.Security.Cryptography;
using Wharf.Oci;

namespace Wharf.Engine.Images.Pack;

/// <summary>What the archive of a layer's directory would be.</summary>
/// <param name="DiffId">Digest of the archive.</param>
/// <param name="ArchiveSize">Bytes of the archive.</param>
/// <param name="FilesSize">Bytes of the regular files.</param>
internal sealed record PackedLayer(Digest DiffId, long ArchiveSize, long FilesSize)
{
    /// <summary>An archive of nothing: layers that are equal to it are left out of images.</summary>
    internal static Digest Empty { get; } = Digest.Of(new byte[1024]);

    /// <summary>Packs a directory to nowhere: reading and hashing have a thread each.</summary>
    /// <exception cref="WharfException">InvalidArgument: something in it cannot be in a layer.</exception>
    /// <exception cref="Linux.LinuxException"/>
    internal static async Task<PackedLayer> MeasureAsync(string directory, CancellationToken cancellationToken)
    {
        using LayerPacking packing = LayerPacking.Start(directory, cancellationToken);
        return await MeasureAsync(packing).ConfigureAwait(false);
    }

    /// <summary>Digest of what a layer's directory holds, times left out: equal for two that a build cannot tell apart.</summary>
    /// <exception cref="WharfException">InvalidArgument: something in it cannot be in a layer.</exception>
    /// <exception cref="Linux.LinuxException"/>
    internal static async Task<Digest> ContentOfAsync(string directory, CancellationToken cancellationToken)
    {
        using LayerPacking packing = LayerPacking.StartTimeless(directory, cancellationToken);
        return (await MeasureAsync(packing).ConfigureAwait(false)).DiffId;
    }

    private static async Task<PackedLayer> MeasureAsync(LayerPacking packing)
    {
        using IncrementalHash hash = Digest.CreateHash();
        long size = 0;
        while (true)
        {
            ReadResult read = await packing.Archive.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            foreach (ReadOnlyMemory<byte> piece in read.Buffer)
            {
                hash.AppendData(piece.Span);
            }

            size += read.Buffer.Length;
            packing.Archive.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return new PackedLayer(Digest.From(hash), size, packing.FilesSize);
            }
        }
    }
}
