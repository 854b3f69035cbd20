using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Wharf.Oci;

namespace Wharf.Engine.Images.Content;

/// <summary>
/// A blob in the making: bytes are hashed as they are appended, so that verifying costs no second read. Disposed without
/// <see cref="Commit"/>, it leaves nothing. For one thread at a time.
/// </summary>
public sealed class ContentWriter : IDisposable
{
    private readonly ContentStore _store;
    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly IncrementalHash _hash;
    private Digest? _digest;
    private bool _committed;

    internal ContentWriter(ContentStore store, string path, Digest? expected)
    {
        _store = store;
        _path = path;
        _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        _hash = expected is null ? Digest.CreateHash() : Digest.CreateHash(expected);
    }

    /// <summary>Bytes appended so far: where a resumed download goes on.</summary>
    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> content)
    {
        RandomAccess.Write(_file, content, Length);
        _hash.AppendData(content);
        Length += content.Length;
    }

    /// <summary>Ends the blob and holds it to what was announced. <see cref="Commit"/> then only has to make it last.</summary>
    /// <param name="expected">The digest it must have, or null to take the one it has.</param>
    /// <param name="size">The length it must have, or null for any.</param>
    /// <exception cref="WharfException">Internal: it is not what was expected.</exception>
    public Digest Verify(Digest? expected = null, long? size = null)
    {
        if (size is not null && size != Length)
        {
            throw new WharfException(ErrorKind.Internal, $"blob {expected} has {Length} bytes where {size} were announced");
        }

        _digest = Digest.From(_hash);
        return expected is null || _digest == expected
            ? _digest
            : throw new WharfException(ErrorKind.Internal, $"filesystem layer verification failed for digest {expected}");
    }

    /// <summary>Makes the verified bytes a blob: synced, then named.</summary>
    public void Commit()
    {
        if (_digest is null)
        {
            throw new InvalidOperationException("a blob is verified before it is committed");
        }

        RandomAccess.FlushToDisk(_file);
        _store.Adopt(_path, _digest);
        _committed = true;
    }

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
        if (!_committed)
        {
            File.Delete(_path);
        }
    }
}
