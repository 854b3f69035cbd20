using Microsoft.Extensions.Logging;
using Wharf.Engine.Images.Garbage;
using Wharf.Engine.Images.Pack;
using Wharf.Engine.Images.Unpack;
using Wharf.Engine.Store;
using Wharf.Linux.Files;
using Wharf.Oci;

namespace Wharf.Engine.Images.Layers;

/// <summary>
/// Layers on disk and their rows. A layer is there when both its directory and its row are; opening reconciles the two. The directory comes
/// before the row and goes after it.
/// </summary>
internal sealed partial class LayerStore : ILayerStore
{
    private readonly Database _database;
    private readonly ILogger _logger;
    private readonly TarLimits _limits;
    private readonly LayerDirectories _directories;
    private readonly Lock _gate = new();
    private readonly Dictionary<Digest, LayerSize> _sizes = [];

    internal LayerStore(string root, Database database, ILogger logger, TarLimits? limits = null)
    {
        _database = database;
        _logger = logger;
        _limits = limits ?? TarLimits.Default;
        _directories = new LayerDirectories(Path.Combine(root, "layers"));
        Recover();
    }

    public bool Contains(Digest diffId)
    {
        lock (_gate)
        {
            return _sizes.ContainsKey(diffId);
        }
    }

    /// <summary>Bytes of a layer's regular files.</summary>
    internal long SizeOf(Digest diffId)
    {
        lock (_gate)
        {
            return _sizes.GetValueOrDefault(diffId).Files;
        }
    }

    /// <summary>Bytes of the archive that packing the layer's directory gives; null for a layer that came as an archive.</summary>
    internal long? PackedSizeOf(Digest diffId)
    {
        lock (_gate)
        {
            return _sizes.GetValueOrDefault(diffId).Packed;
        }
    }

    /// <summary>Bytes of all layers' files.</summary>
    internal long TotalSize
    {
        get
        {
            lock (_gate)
            {
                return _sizes.Values.Sum(size => size.Files);
            }
        }
    }

    internal IReadOnlyList<Digest> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _sizes.Keys];
            }
        }
    }

    internal bool HasDirectory(Digest diffId) => _directories.Exists(diffId);

    /// <summary>Directories that are no layer.</summary>
    internal IReadOnlyList<string> Leftovers()
    {
        lock (_gate)
        {
            return [.. _directories.Leftovers(_sizes.Keys)];
        }
    }

    /// <summary>Gives up a layer that is broken, with what is left of its directory.</summary>
    internal void Lose(Digest diffId)
    {
        lock (_gate)
        {
            _database.Execute("DELETE FROM layers WHERE diff_id = $1", diffId.ToString());
            _sizes.Remove(diffId);
        }

        if (_directories.Exists(diffId))
        {
            Erase(_directories.SetAside(diffId));
        }
    }

    /// <summary>Unpacks an archive only to look at the directory, which is gone on return.</summary>
    internal async Task<T> WithUnpackedAsync<T>(Stream tar, Func<string, Task<T>> look, CancellationToken cancellationToken)
    {
        NewLayerDirectory directory = _directories.Begin();
        try
        {
            await Task.Factory.StartNew(
                () => LayerUnpacker.Unpack(tar, directory.Diff, _limits, durable: false, cancellationToken),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default).ConfigureAwait(false);
            return await look(directory.Diff).ConfigureAwait(false);
        }
        finally
        {
            Erase(directory.Path);
        }
    }

    internal string DiffPath(Digest diffId) => _directories.DiffPath(diffId);

    /// <summary>
    /// The directories of a stack of layers, topmost first. overlayfs refuses to have one twice, which images may (empty layers are all the
    /// same); the upper one shows all that the lower one would.
    /// </summary>
    /// <param name="diffIds">Lowest first.</param>
    internal IReadOnlyList<string> Stack(IEnumerable<Digest> diffIds) => [.. diffIds.Reverse().Distinct().Select(DiffPath)];

    /// <remarks>On a thread of its own: it reads, inflates and writes for as long as the layer lasts, and never awaits.</remarks>
    public Task<UnpackedLayer> UnpackAsync(Stream tar, Digest? expected, CancellationToken cancellationToken) => Task.Factory.StartNew(
        () => Unpack(tar, expected, isPacked: false, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>As <see cref="UnpackAsync"/>, a tar of which it is known that it is what it is to be: hashing it again would take longer than all else.</summary>
    internal Task UnpackVerifiedAsync(Stream tar, Digest diffId, CancellationToken cancellationToken) => Task.Factory.StartNew(
        () => Publishing(
            directory => (diffId, new LayerSize(LayerUnpacker.Unpack(tar, directory, _limits, durable: true, cancellationToken), null))),
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <summary>
    /// Makes a copy of a container's upper directory a layer. It may be written to meanwhile: the layer is what was read.
    /// </summary>
    /// <exception cref="WharfException">InvalidArgument: something in it cannot be in a layer.</exception>
    internal Task<UnpackedLayer> CopyAsync(string directory, CancellationToken cancellationToken) => Task.Factory.StartNew(
        () =>
        {
            using LayerPacking packing = LayerPacking.StartUpper(directory, cancellationToken);
            using Stream archive = packing.Archive.AsStream(leaveOpen: true);
            return Unpack(archive, null, isPacked: true, cancellationToken);
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <summary>
    /// Makes a finished directory, one that overlayfs wrote as its upper one and that nobody mounts any more, a layer: it is renamed, not copied,
    /// and its archive is hashed without being written anywhere. A layer that is there already is kept and the directory thrown away.
    /// </summary>
    /// <param name="directory">On the file system of the layers. Gone in any case on return.</param>
    /// <param name="lease">Holds the layer from now on.</param>
    /// <exception cref="WharfException">InvalidArgument: something in it cannot be in a layer.</exception>
    internal async Task<UnpackedLayer> AdoptAsync(string directory, ILease lease, AdoptOptions options, CancellationToken cancellationToken)
    {
        NewLayerDirectory adopted = _directories.Take(directory);
        try
        {
            if (options.LatestModified is { } latest)
            {
                TreeTimes.Clamp(adopted.Diff, latest);
            }

            // Nobody writes to it any more, so that it can be brought to disk while it is read.
            Task sync = Task.Factory.StartNew(
                () => FileSystemSync.Sync(adopted.Diff), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            Task<PackedLayer> packing = PackedLayer.MeasureAsync(adopted.Diff, cancellationToken);
            await Task.WhenAll(packing, sync).ConfigureAwait(false);
            PackedLayer packed = await packing.ConfigureAwait(false);
            lease.HoldLayer(packed.DiffId);
            Publish(adopted, packed.DiffId, new LayerSize(packed.FilesSize, packed.ArchiveSize));
            return new UnpackedLayer(packed.DiffId, packed.FilesSize);
        }
        finally
        {
            Erase(adopted.Path);
        }
    }

    /// <summary>Forgets every layer that <paramref name="isNeeded"/> denies.</summary>
    /// <returns>Directories to <see cref="Erase"/>.</returns>
    internal IReadOnlyList<string> Forget(Func<Digest, bool> isNeeded)
    {
        List<string> aside = [];
        lock (_gate)
        {
            foreach (Digest diffId in _sizes.Keys.Where(diffId => !isNeeded(diffId)).ToList())
            {
                _database.Execute("DELETE FROM layers WHERE diff_id = $1", diffId.ToString());
                _sizes.Remove(diffId);
                aside.Add(_directories.SetAside(diffId));
            }
        }

        return aside;
    }

    /// <summary>Files that cannot be erased now are tried again at the next start.</summary>
    internal void Erase(string path)
    {
        try
        {
            LayerDirectories.Erase(path);
        }
        catch (IOException failure)
        {
            EraseFailed(_logger, path, failure);
        }
    }

    private UnpackedLayer Unpack(Stream tar, Digest? expected, bool isPacked, CancellationToken cancellationToken) => Publishing(directory =>
    {
        using var hashing = new HashingStream(tar, expected);
        long size = LayerUnpacker.Unpack(hashing, directory, _limits, durable: true, cancellationToken);
        Digest diffId = hashing.Finish();
        return expected is null || diffId == expected
            ? (diffId, new LayerSize(size, isPacked ? hashing.Total : null))
            : throw WharfException.Invalid($"layer has the digest {diffId} where the image's config says {expected}");
    });

    /// <summary>Publishes a new directory once it is filled, and leaves nothing of it otherwise.</summary>
    private UnpackedLayer Publishing(Func<string, (Digest DiffId, LayerSize Size)> fill)
    {
        NewLayerDirectory directory = _directories.Begin();
        try
        {
            (Digest diffId, LayerSize size) = fill(directory.Diff);
            Publish(directory, diffId, size);
            return new UnpackedLayer(diffId, size.Files);
        }
        finally
        {
            // Renamed away when all went well, and not there any more then.
            Erase(directory.Path);
        }
    }

    private void Publish(NewLayerDirectory directory, Digest diffId, LayerSize size)
    {
        lock (_gate)
        {
            if (_sizes.TryGetValue(diffId, out LayerSize known))
            {
                if (known.Packed is null && size.Packed is not null)
                {
                    _database.Execute("UPDATE layers SET packed_size = $1 WHERE diff_id = $2", size.Packed, diffId.ToString());
                    _sizes[diffId] = known with { Packed = size.Packed };
                }

                return;
            }

            _directories.Adopt(directory, diffId);
            _database.Execute("INSERT INTO layers (diff_id, size, packed_size) VALUES ($1, $2, $3)", diffId.ToString(), size.Files, size.Packed);
            _sizes[diffId] = size;
        }
    }

    private void Recover()
    {
        foreach ((Digest diffId, LayerSize size) in _database.Query(
            "SELECT diff_id, size, packed_size FROM layers",
            row => (Digest.Parse(row.GetString(0)), new LayerSize(row.GetInt64(1), row.IsDBNull(2) ? null : row.GetInt64(2)))))
        {
            if (_directories.Exists(diffId))
            {
                _sizes[diffId] = size;
            }
            else
            {
                LayerLost(_logger, diffId.ToString());
                _database.Execute("DELETE FROM images WHERE id IN (SELECT image FROM image_layers WHERE diff_id = $1)", diffId.ToString());
                _database.Execute("DELETE FROM layers WHERE diff_id = $1", diffId.ToString());
            }
        }

        foreach (string leftover in _directories.Leftovers(_sizes.Keys).ToList())
        {
            LeftoverFound(_logger, leftover);
            Erase(leftover);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Layer {DiffId} has no directory any more: its images are forgotten")]
    private static partial void LayerLost(ILogger logger, string diffId);

    [LoggerMessage(2, LogLevel.Information, "Layer directory {Path} was left by a crash: erased")]
    private static partial void LeftoverFound(ILogger logger, string path);

    [LoggerMessage(3, LogLevel.Warning, "Layer directory {Path} could not be erased")]
    private static partial void EraseFailed(ILogger logger, string path, Exception failure);

    /// <param name="Files">Bytes of the regular files.</param>
    /// <param name="Packed">Bytes of the archive that packing the directory gives; null for a layer that came as an archive.</param>
    private readonly record struct LayerSize(long Files, long? Packed);
}
