using Wharf.Linux.Fds;
using Wharf.Oci;

namespace Wharf.Engine.Images.Content;

/// <summary>
/// Blobs by digest, <c>content/&lt;algorithm&gt;/&lt;hex&gt;</c>: manifests, configs and layers exactly as they came. A blob that is there is
/// complete, verified and on disk, because it gets its name last (<see cref="ContentWriter.Commit"/>); what a crash leaves unnamed in
/// <c>content/ingest</c> is removed by the next <see cref="Open"/>.
/// </summary>
public sealed class ContentStore
{
    private readonly string _root;
    private readonly string _ingest;

    private ContentStore(string root)
    {
        _root = root;
        _ingest = Path.Combine(root, "ingest");
    }

    /// <summary>Opens or makes the store in <c>&lt;engineRoot&gt;/content</c>. One engine at a time.</summary>
    public static ContentStore Open(string engineRoot)
    {
        var store = new ContentStore(Path.Combine(engineRoot, "content"));
        if (Directory.Exists(store._ingest))
        {
            Directory.Delete(store._ingest, recursive: true);
        }

        Directory.CreateDirectory(store._ingest);
        Directory.CreateDirectory(Path.Combine(store._root, "sha256"));
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
        where Named(file) is not null
        select new StoredBlob(Named(file)!, file.Length);

    /// <summary>Files where blobs are that have no blob's name.</summary>
    internal IEnumerable<string> Strays() => Files().Where(file => Named(file) is null).Select(file => file.FullName);

    /// <summary>Blobs in the making, and what is left of any.</summary>
    internal IEnumerable<string> Unfinished() => Directory.EnumerateFiles(_ingest);

    /// <summary>Gives a finished, synced file its name. Durable on return.</summary>
    internal void Adopt(string ingested, Digest digest)
    {
        string path = PathOf(digest);
        string directory = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(directory);
        File.Move(ingested, path, overwrite: true);
        DirectorySync.Sync(directory);
    }

    private IEnumerable<FileInfo> Files() => new DirectoryInfo(_root).EnumerateDirectories("sha*").SelectMany(directory => directory.EnumerateFiles());

    private static Digest? Named(FileInfo file) => Digest.TryParse($"{file.Directory!.Name}:{file.Name}", out Digest? digest) ? digest : null;

    private string PathOf(Digest digest) => Path.Combine(_root, digest.Algorithm, digest.Hex);
}

public sealed record StoredBlob(Digest Digest, long Size);
