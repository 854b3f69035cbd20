using System.Text;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Unpack;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images.Archives;

/// <summary>
/// The files of an image archive, by name and by digest. What refers to a file may stand before or behind it in the archive, which is read
/// only once: so small documents are kept in memory, and everything else becomes a blob in the content store.
/// </summary>
internal sealed class ImageArchive
{
    /// <summary>Manifests, indexes and configs of all images together.</summary>
    private const long MaxDocumentBytes = 64 << 20;

    /// <summary>Links to links, as far as any writer goes.</summary>
    private const int MaxLinks = 8;

    private readonly ContentStore _content;
    private readonly Dictionary<string, Digest> _files = [];
    private readonly Dictionary<string, string> _links = [];
    private readonly Dictionary<Digest, byte[]> _documents = [];
    private long _documentBytes;

    private ImageArchive(ContentStore content) => _content = content;

    /// <summary>Reads a tar, compressed or not, to its end. The caller holds a lease on everything meanwhile.</summary>
    /// <exception cref="WharfException">It is malformed, cut off or over a limit.</exception>
    internal static ImageArchive Read(Stream source, ContentStore content, CancellationToken cancellationToken)
    {
        var archive = new ImageArchive(content);
        using Stream tar = Decompression.Open(source);
        using var reader = new TarReader(tar, TarLimits.Default);
        while (reader.Next() is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            archive.Add(reader, entry);
        }

        return archive;
    }

    /// <summary>A JSON file, or null when there is none of this name.</summary>
    internal byte[]? Document(string name) => Follow(name) is { } digest ? Document(digest) : null;

    /// <summary>A JSON file, or null when there is none of this digest.</summary>
    internal byte[]? Document(Digest digest) => _documents.GetValueOrDefault(digest);

    /// <summary>Digest of the file that a name leads to, or null.</summary>
    internal Digest? Follow(string name)
    {
        string path = Clean(name);
        for (int hop = 0; hop < MaxLinks && _links.TryGetValue(path, out string? target); hop++)
        {
            path = target;
        }

        return _files.GetValueOrDefault(path);
    }

    private void Add(TarReader reader, TarEntry entry)
    {
        string name = Clean(entry.DisplayName);
        switch (entry.Kind)
        {
            case TarEntryKind.File:
                _files[name] = Store(reader, name, entry.Size);
                break;
            case TarEntryKind.SymbolicLink:
                _links[name] = Clean($"{Path.GetDirectoryName(name)}/{Encoding.UTF8.GetString(entry.Target)}");
                break;
            case TarEntryKind.HardLink:
                _links[name] = Clean(Encoding.UTF8.GetString(entry.Target));
                break;
        }
    }

    private Digest Store(TarReader reader, string name, long size)
    {
        ReadOnlySpan<byte> piece = reader.ReadContents();
        return piece is [(byte)'{' or (byte)'[', ..] && size <= ImageDocuments.MaxConfigSize
            ? StoreDocument(reader, piece, AddressOf(name))
            : StoreBlob(reader, piece, AddressOf(name));
    }

    private Digest StoreDocument(TarReader reader, ReadOnlySpan<byte> piece, Digest? address)
    {
        var document = new MemoryStream();
        for (; !piece.IsEmpty; piece = reader.ReadContents())
        {
            document.Write(piece);
        }

        _documentBytes += document.Length;
        if (_documentBytes > MaxDocumentBytes)
        {
            throw WharfException.Invalid($"archive has more than {MaxDocumentBytes} bytes of manifests and configs");
        }

        byte[] bytes = document.ToArray();
        Digest digest = address?.Matches(bytes) == true ? address : Digest.Of(bytes);
        _documents[digest] = bytes;
        return digest;
    }

    private Digest StoreBlob(TarReader reader, ReadOnlySpan<byte> piece, Digest? address)
    {
        using ContentWriter blob = _content.BeginWrite(address);
        for (; !piece.IsEmpty; piece = reader.ReadContents())
        {
            blob.Append(piece);
        }

        Digest digest = blob.Verify();
        if (!_content.Contains(digest))
        {
            blob.Commit();
        }

        return digest;
    }

    /// <summary>The digest that a file has according to its name, in an OCI layout (image-layout.md): it tells which hash to use.</summary>
    private static Digest? AddressOf(string name) =>
        name.Split('/') is ["blobs", var algorithm, var hex] && Digest.TryParse($"{algorithm}:{hex}", out Digest? digest) ? digest : null;

    /// <summary>Nothing is opened by these names; that they mean what they say is enough.</summary>
    private static string Clean(string name) => Path.GetFullPath(name, "/").TrimStart('/');
}
