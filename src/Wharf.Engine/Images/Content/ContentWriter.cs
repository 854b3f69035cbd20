using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Wharf.Oci;

namespace Wharf.Engine.Images.Content;

/// <summary>
/// A blob in the making: bytes are hashed as they are appended, so that verifying costs no second read. Disposed without
/// <see cref="Commit"/> or <see cref="Keep"/>, it leaves nothing. For one thread at a time.
/// </summary>
public sealed class ContentWriter : IDisposable
{
    private readonly ContentStore _store;
    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly IncrementalHash _hash;
    private readonly Action? _release;
    private long _stored;
    private Digest? _digest;
    private bool _stays;

    internal ContentWriter(ContentStore store, string path, Digest? expected)
    {
        _store = store;
        _path = path;
        _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        _hash = expected is null ? Digest.CreateHash() : Digest.CreateHash(expected);
    }

    /// <summary>One that goes on with what is in the file already.</summary>
    /// <param name="release">Called when the file is not in use any more.</param>
    internal ContentWriter(ContentStore store, string path, Digest expected, Action release)
    {
        _store = store;
        _path = path;
        _release = release;
        try
        {
            _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        }
        catch
        {
            release();
            throw;
        }

        _hash = Digest.CreateHash(expected);
        _stored = RandomAccess.GetLength(_file);
    }

    /// <summary>Bytes appended and replayed so far: where a resumed download goes on.</summary>
    public long Length { get; private set; }

    /// <summary>Bytes that an earlier attempt has left and that have not been replayed.</summary>
    public long Remaining => _stored - Length;

    /// <summary>
    /// Reads the next bytes that an earlier attempt has left, as if they were appended now. They have to be taken all, or forgotten, before
    /// something is appended.
    /// </summary>
    /// <returns>0 when there are no more.</returns>
    public int Replay(Span<byte> buffer)
    {
        int read = Remaining <= 0 ? 0 : RandomAccess.Read(_file, buffer, Length);
        _hash.AppendData(buffer[..read]);
        Length += read;
        return read;
    }

    /// <summary>Begins anew: what an earlier attempt has left is of no use.</summary>
    public void StartOver()
    {
        _hash.TryGetHashAndReset(stackalloc byte[SHA512.HashSizeInBytes], out _);
        RandomAccess.SetLength(_file, 0);
        (_stored, Length, _digest) = (0, 0, null);
    }

    public void Append(ReadOnlySpan<byte> content)
    {
        RandomAccess.Write(_file, content, Length);
        _hash.AppendData(content);
        Length += content.Length;
    }

    /// <summary>Leaves the bytes for whoever wants this blob next, if it is one of <see cref="ContentStore.BeginResumable"/>.</summary>
    public void Keep() => _stays = _release is not null;

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
        _store.Adopt(_path, _digest, isFetched: _release is not null);
        _stays = true;
    }

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
        if (!_stays)
        {
            File.Delete(_path);
        }

        _release?.Invoke();
    }
}
