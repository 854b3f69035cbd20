using System.Collections.Concurrent;
using Wharf.Linux.Fds;
using Wharf.Oci;

namespace Wharf.Engine.Images.Content;

/// <summary>
/// Blobs by digest, <c>content/&lt;algorithm&gt;/&lt;hex&gt;</c>: manifests, configs and layers exactly as they came. A blob that is there is
/// complete, verified and on disk, because it gets its name last (<see cref="ContentWriter.Commit"/>); what a crash leaves unnamed in
/// <c>content/ingest</c> is removed by the next <see cref="Open"/>, and what it leaves in <see cref="Partial"/> is gone on with.
/// </summary>
public sealed class ContentStore
{
    /// <summary>What broken downloads may take all together.</summary>
    private const long MaxPartialBytes = 10L << 30;

    /// <summary>Manifests, configs and other small things are as quickly fetched again.</summary>
    private const long WorthKeeping = 64 << 10;

    private readonly string _root;
    private readonly string _ingest;

    /// <summary>Blobs that were fetched and that no image has had yet. After a crash that may be any.</summary>
    private readonly ConcurrentDictionary<Digest, bool> _unsettled = new();

    private ContentStore(string root, TimeProvider clock)
    {
        _root = root;
        _ingest = Path.Combine(root, "ingest");
        Partial = new PartialBlobs(Path.Combine(root, "partial"), MaxPartialBytes, clock);
    }

    /// <summary>Downloads that broke off and may go on.</summary>
    public PartialBlobs Partial { get; }

    /// <summary>Opens or makes the store in <c>&lt;engineRoot&gt;/content</c>. One engine at a time.</summary>
    public static ContentStore Open(string engineRoot, TimeProvider? clock = null)
    {
        var store = new ContentStore(Path.Combine(engineRoot, "content"), clock ?? TimeProvider.System);
        if (Directory.Exists(store._ingest))
        {
            Directory.Delete(store._ingest, recursive: true);
        }

        Directory.CreateDirectory(store._ingest);
        Directory.CreateDirectory(Path.Combine(store._root, "sha256"));
        foreach (StoredBlob blob in store.List())
        {
            store._unsettled[blob.Digest] = true;
        }

        return store;
    }

    public bool Contains(Digest digest) => File.Exists(PathOf(digest));

    /// <summary>Bytes of a blob, or null when it is not there.</summary>
    public long? SizeOf(Digest digest)
    {
        var file = new FileInfo(PathOf(digest));
        return file.Exists ? file.Length : null;
    }

    /// <summary>Opens a blob; the reader may go on after the blob is deleted.</summary>
    /// <exception cref="WharfException">NotFound.</exception>
    public FileStream OpenRead(Digest digest)
    {
        try
        {
            return new FileStream(PathOf(digest), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new WharfException(ErrorKind.NotFound, $"blob {digest} is not in the content store", missing);
        }
    }

    /// <summary>Reads a small blob whole.</summary>
    /// <exception cref="WharfException">NotFound, or InvalidArgument when it is larger than <paramref name="limit"/>.</exception>
    public byte[] ReadAll(Digest digest, int limit)
    {
        using FileStream blob = OpenRead(digest);
        if (blob.Length > limit)
        {
            throw WharfException.Invalid($"blob {digest} of {blob.Length} bytes is larger than the limit of {limit}");
        }

        byte[] content = new byte[blob.Length];
        blob.ReadExactly(content);
        return content;
    }

    /// <summary>Stores a small blob.</summary>
    /// <param name="expected">The digest it must have; its sha256 when null.</param>
    public Digest Write(ReadOnlySpan<byte> content, Digest? expected = null)
    {
        Digest digest = expected ?? Digest.Of(content);
        if (!Contains(digest))
        {
            using ContentWriter writer = BeginWrite(digest);
            writer.Append(content);
            writer.Verify(digest, content.Length);
            writer.Commit();
        }

        return digest;
    }

    /// <summary>
    /// Starts a blob. Writers never meet: each has a file of its own, and the last of several that commit the same blob replaces equal bytes.
    /// </summary>
    /// <param name="expected">The digest to hash for, when it is known beforehand.</param>
    public ContentWriter BeginWrite(Digest? expected = null) => new(this, Path.Combine(_ingest, Guid.NewGuid().ToString("N")), expected);

    /// <summary>
    /// Starts a blob that may take long to come, on top of what an earlier attempt has left: see <see cref="ContentWriter.Replay"/>. While
    /// somebody else is at the same blob, it is an ordinary one.
    /// </summary>
    public ContentWriter BeginResumable(Digest expected) =>
        Partial.Claim(expected) is { } path ? new ContentWriter(this, path, expected, () => Partial.Release(path)) : BeginWrite(expected);

    /// <summary>An image has this blob now.</summary>
    internal void Settle(Digest digest) => _unsettled.TryRemove(digest, out _);

    /// <summary>
    /// Takes a blob that nobody needs away. If it came over the network for an image that never was, its bytes stay in <see cref="Partial"/> for
    /// a while, as those of a download that broke off after its last byte: the pull that was interrupted may come again.
    /// </summary>
    /// <returns>Whether its bytes are gone.</returns>
    internal bool Discard(Digest digest)
    {
        if (!_unsettled.TryRemove(digest, out _) || SizeOf(digest) is not >= WorthKeeping)
        {
            return Delete(digest);
        }

        Partial.Take(PathOf(digest), digest);
        return false;
    }

    /// <returns>Whether it was there.</returns>
    public bool Delete(Digest digest)
    {
        bool existed = Contains(digest);
        File.Delete(PathOf(digest));
        return existed;
    }

    /// <summary>Every blob, in no order.</summary>
    public IEnumerable<StoredBlob> List() =>
        from file in Files()
        let digest = Named(file)
        where digest is not null
        select new StoredBlob(digest, file.Length);

    /// <summary>Files where blobs are that have no blob's name.</summary>
    internal IEnumerable<string> Strays() => Files().Where(file => Named(file) is null).Select(file => file.FullName);

    /// <summary>Blobs in the making, and what is left of any.</summary>
    internal IEnumerable<string> Unfinished() => Directory.EnumerateFiles(_ingest);

    /// <summary>Gives a finished, synced file its name. Durable on return.</summary>
    /// <param name="isFetched">It came over the network.</param>
    internal void Adopt(string ingested, Digest digest, bool isFetched)
    {
        string path = PathOf(digest);
        string directory = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(directory);
        if (isFetched)
        {
            _unsettled[digest] = true;
        }

        File.Move(ingested, path, overwrite: true);
        DirectorySync.Sync(directory);
    }

    private IEnumerable<FileInfo> Files() => new DirectoryInfo(_root).EnumerateDirectories("sha*").SelectMany(directory => directory.EnumerateFiles());

    private static Digest? Named(FileInfo file) => Digest.TryParse($"{file.Directory!.Name}:{file.Name}", out Digest? digest) ? digest : null;

    private string PathOf(Digest digest) => Path.Combine(_root, digest.Algorithm, digest.Hex);
}

public sealed record StoredBlob(Digest Digest, long Size);
