using System.Security.Cryptography;
using Wharf.Engine.Images.Content;
using Wharf.Oci;

namespace Wharf.Engine.Images.Layers;

/// <summary>Hashes what is read through it.</summary>
internal sealed class HashingStream(Stream source, Digest? expected) : ForwardStream
{
    private readonly IncrementalHash _hash = expected is null ? Digest.CreateHash() : Digest.CreateHash(expected);

    public override int Read(Span<byte> buffer)
    {
        int read = source.Read(buffer);
        Total += read;
        _hash.AppendData(buffer[..read]);
        return read;
    }

    /// <summary>Bytes read.</summary>
    internal long Total { get; private set; }

    /// <summary>Digest of everything read.</summary>
    internal Digest Finish() => Digest.From(_hash);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
