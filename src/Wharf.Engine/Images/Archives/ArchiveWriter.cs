using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Pack;
using Wharf.Engine.Images.Unpack;
using Wharf.Oci;

namespace Wharf.Engine.Images.Archives;

/// <summary>Writes the tar of an image archive to a stream that cannot seek. The same images give the same bytes. Waits on its thread.</summary>
internal sealed class ArchiveWriter(PipeWriter output, CancellationToken cancellationToken)
{
    private const uint FileMode = 0x1a4; // 0644
    private const uint DirectoryMode = 0x1ed; // 0755
    private readonly TarWriter _tar = new(output);
    private readonly HashSet<string> _written = [];

    internal static string BlobPath(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Hex}";

    /// <summary>Files a blob under its digest, unless it is there already.</summary>
    internal void AddBlob(ContentStore content, Digest digest)
    {
        if (!TryBegin(digest))
        {
            return;
        }

        using FileStream blob = content.OpenRead(digest);
        Begin(BlobPath(digest), blob.Length);
        for (long left = blob.Length; left > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<byte> room = _tar.GetSpan();
            int read = blob.Read(room[..(int)Math.Min(room.Length, left)]);
            if (read == 0)
            {
                throw new WharfException(ErrorKind.Internal, $"blob {digest} ends early");
            }

            _tar.Advance(read);
            left -= read;
        }

        _tar.Pad(blob.Length);
    }

    /// <summary>Files a layer that has no blob as the archive that its directory packs to, uncompressed: its digest is the diff id.</summary>
    internal void AddLayer(string directory, Digest diffId, long size)
    {
        if (!TryBegin(diffId))
        {
            return;
        }

        Begin(BlobPath(diffId), size);
        using LayerPacking packing = LayerPacking.Start(directory, cancellationToken);
        using Stream archive = packing.Archive.AsStream(leaveOpen: true);
        using IncrementalHash hash = Digest.CreateHash(diffId);
        long left = size;
        while (left > 0)
        {
            Span<byte> room = _tar.GetSpan();
            int read = archive.Read(room[..(int)Math.Min(room.Length, left)]);
            if (read == 0)
            {
                break;
            }

            hash.AppendData(room[..read]);
            _tar.Advance(read);
            left -= read;
        }

        if (Digest.From(hash) != diffId)
        {
            throw new WharfException(ErrorKind.Internal, $"layer {diffId} cannot be archived: its directory is not any more what it was");
        }

        _tar.Pad(size);
    }

    internal void AddFile(string name, byte[] bytes)
    {
        Begin(name, bytes.Length);
        _tar.Write(bytes);
        _tar.Pad(bytes.Length);
    }

    internal void Finish() => _tar.Finish();

    private bool TryBegin(Digest digest)
    {
        AddDirectory("blobs/");
        AddDirectory($"blobs/{digest.Algorithm}/");
        return _written.Add(BlobPath(digest));
    }

    private void AddDirectory(string name)
    {
        if (_written.Add(name))
        {
            _tar.Begin(new TarMember { Name = Encoding.UTF8.GetBytes(name), Kind = TarEntryKind.Directory, Permissions = DirectoryMode });
        }
    }

    private void Begin(string name, long size) =>
        _tar.Begin(new TarMember { Name = Encoding.UTF8.GetBytes(name), Kind = TarEntryKind.File, Permissions = FileMode, Size = size });
}
