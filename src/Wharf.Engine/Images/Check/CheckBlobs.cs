using System.Security.Cryptography;
using Wharf.Engine.Images.Content;
using Wharf.Oci;

namespace Wharf.Engine.Images.Check;

/// <summary>Every blob has the digest that is its name.</summary>
internal sealed class CheckBlobs(ImageTable table, ContentStore content, Findings findings)
{
    private const int BufferSize = 1 << 20;
    private readonly byte[] _buffer = new byte[BufferSize];

    /// <returns>How many there are.</returns>
    internal int Run(CancellationToken cancellationToken)
    {
        int count = 0;
        foreach (StoredBlob blob in content.List().ToList())
        {
            count++;
            if (HashOf(blob.Digest, cancellationToken) is { } actual && actual != blob.Digest)
            {
                findings.Add($"blob {blob.Digest}", $"has the content of {actual}", () =>
                {
                    table.LoseBlob(blob.Digest);
                    content.Delete(blob.Digest);
                });
            }
        }

        foreach (string stray in content.Strays())
        {
            findings.Add(stray, "is not a blob", () => File.Delete(stray));
        }

        return count;
    }

    /// <returns>Null when it has been removed meanwhile.</returns>
    private Digest? HashOf(Digest digest, CancellationToken cancellationToken)
    {
        if (!content.Contains(digest))
        {
            return null;
        }

        using FileStream blob = content.OpenRead(digest);
        using IncrementalHash hash = Digest.CreateHash(digest);
        while (blob.Read(_buffer) is > 0 and int read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(_buffer.AsSpan(0, read));
        }

        return Digest.From(hash);
    }
}
