using System.Formats.Tar;
using Wharf.Engine.Images.Content;
using Wharf.Oci;

namespace Wharf.Engine.Images.Archives;

/// <summary>
/// Writes the tar of an image archive to a stream that cannot seek. The same images give the same bytes. Disposing writes the archive's end.
/// </summary>
internal sealed class ArchiveWriter(Stream output) : IAsyncDisposable
{
    /// <summary>The size field of ustar ends here (11 octal digits); larger files need the extended header of pax.</summary>
    private const long MaxUstarSize = (1L << 33) - 1;

    private const UnixFileMode DirectoryMode = FileMode | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly TarWriter _tar = new(output, TarEntryFormat.Ustar, leaveOpen: true);
    private readonly HashSet<string> _written = [];

    internal static string BlobPath(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Hex}";

    /// <summary>Files a blob under its digest, unless it is there already.</summary>
    internal async Task AddBlobAsync(ContentStore content, Digest digest, CancellationToken cancellationToken)
    {
        if (_written.Contains(BlobPath(digest)))
        {
            return;
        }

        await AddDirectoryAsync("blobs/", cancellationToken).ConfigureAwait(false);
        await AddDirectoryAsync($"blobs/{digest.Algorithm}/", cancellationToken).ConfigureAwait(false);
        await using FileStream blob = content.OpenRead(digest);
        await AddAsync(BlobPath(digest), blob, cancellationToken).ConfigureAwait(false);
    }

    internal async Task AddFileAsync(string name, byte[] bytes, CancellationToken cancellationToken)
    {
        using var contents = new MemoryStream(bytes);
        await AddAsync(name, contents, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _tar.DisposeAsync();

    private async Task AddDirectoryAsync(string name, CancellationToken cancellationToken)
    {
        if (_written.Add(name))
        {
            var entry = new UstarTarEntry(TarEntryType.Directory, name) { Mode = DirectoryMode, ModificationTime = DateTimeOffset.UnixEpoch };
            await _tar.WriteEntryAsync(entry, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task AddAsync(string name, Stream contents, CancellationToken cancellationToken)
    {
        TarEntry entry = contents.Length > MaxUstarSize
            ? new PaxTarEntry(TarEntryType.RegularFile, name)
            : new UstarTarEntry(TarEntryType.RegularFile, name);
        entry.Mode = FileMode;
        entry.ModificationTime = DateTimeOffset.UnixEpoch;
        entry.DataStream = contents;
        _written.Add(name);
        return _tar.WriteEntryAsync(entry, cancellationToken);
    }
}
