using Wharf.Oci;

namespace Wharf.Engine.Images.Content;

/// <summary>
/// Downloads that broke off, by the digest of what they were to become: <c>content/partial/&lt;algorithm&gt;-&lt;hex&gt;</c>. Who wants the blob
/// next goes on where they end. Nothing is believed of them: their bytes are hashed again, and the digest of the whole decides. So a crash in the
/// middle of a write, or a file that is shorter after a power cut, costs bytes and never correctness.
/// </summary>
public sealed class PartialBlobs
{
    /// <summary>Nobody has come back for it for so long.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(7);

    private readonly string _directory;
    private readonly long _limit;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _open = [];

    /// <param name="limit">Bytes that all together may take; the one written to last may take more.</param>
    internal PartialBlobs(string directory, long limit, TimeProvider clock)
    {
        _directory = directory;
        _limit = limit;
        _clock = clock;
        Directory.CreateDirectory(directory);
    }

    /// <summary>Claims the place of a blob's partial download.</summary>
    /// <returns>Null when somebody else has it.</returns>
    internal string? Claim(Digest digest)
    {
        string path = PathOf(digest);
        lock (_gate)
        {
            return _open.Add(path) ? path : null;
        }
    }

    internal void Release(string path)
    {
        lock (_gate)
        {
            _open.Remove(path);
        }
    }

    /// <summary>Removes what nobody will want any more: what is there whole, what is old, and the oldest of too much.</summary>
    internal void Trim(Predicate<Digest> isThere)
    {
        lock (_gate)
        {
            long total = 0;
            foreach (FileInfo file in Idle().OrderByDescending(file => file.LastWriteTimeUtc))
            {
                bool isFirst = total == 0;
                total += file.Length;
                if (DigestOf(file.Name) is not { } digest || isThere(digest) || _clock.GetUtcNow() - file.LastWriteTimeUtc > MaxAge || (total > _limit && !isFirst))
                {
                    file.Delete();
                }
            }
        }
    }

    /// <summary>Removes all that nobody is writing to.</summary>
    /// <returns>Bytes given back.</returns>
    internal long Clear()
    {
        lock (_gate)
        {
            long freed = 0;
            foreach (FileInfo file in Idle())
            {
                freed += file.Length;
                file.Delete();
            }

            return freed;
        }
    }

    /// <summary>Takes a whole blob that nobody needs now, but may come back for.</summary>
    internal void Take(string blob, Digest digest)
    {
        string path = PathOf(digest);
        lock (_gate)
        {
            if (_open.Contains(path))
            {
                File.Delete(blob);
            }
            else
            {
                File.Move(blob, path, overwrite: true);
            }
        }
    }

    private string PathOf(Digest digest) => Path.Combine(_directory, $"{digest.Algorithm}-{digest.Hex}");

    private List<FileInfo> Idle() => [.. new DirectoryInfo(_directory).EnumerateFiles().Where(file => !_open.Contains(file.FullName))];

    private static Digest? DigestOf(string name) => Digest.TryParse(name.Replace('-', ':'), out Digest? digest) ? digest : null;
}
