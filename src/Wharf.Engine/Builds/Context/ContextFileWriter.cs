using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux;
using Wharf.Linux.Fds;
using Wharf.Linux.Files;
using Wharf.Oci;

namespace Wharf.Engine.Builds.Context;

/// <summary>
/// A file of a context on its way to disk, hashed as it comes. Long runs of zeros become holes, so that a sparse file stays one whichever way
/// it came. Disposed before <see cref="Finish"/>, it leaves nothing in the index.
/// </summary>
internal sealed class ContextFileWriter(ContextDirectory tree, string path, SafeFileHandle file) : IDisposable
{
    /// <summary>Shorter runs are not worth a seek.</summary>
    private const int HoleBytes = 64 << 10;

    private static readonly byte[] s_zeros = new byte[256 << 10];
    private readonly IncrementalHash _hash = Digest.CreateHash();
    private long _length;
    private bool _endsInHole;

    internal void Append(ReadOnlySpan<byte> content)
    {
        _hash.AppendData(content);
        while (!content.IsEmpty)
        {
            ReadOnlySpan<byte> piece = content[..Math.Min(content.Length, HoleBytes)];
            content = content[piece.Length..];
            if (piece.Length == HoleBytes && !piece.ContainsAnyExcept((byte)0))
            {
                Skip(piece.Length);
            }
            else
            {
                Write(piece);
            }
        }
    }

    /// <summary>So many zeros.</summary>
    internal void AppendHole(long length)
    {
        if (length <= 0)
        {
            return;
        }

        for (long left = length; left > 0; left -= s_zeros.Length)
        {
            _hash.AppendData(s_zeros.AsSpan(0, (int)Math.Min(left, s_zeros.Length)));
        }

        Skip(length);
    }

    /// <summary>The file is whole: it gets its metadata, and its place in the index.</summary>
    internal void Finish(ContextFileFacts facts)
    {
        var entry = new ContextEntry
        {
            Path = path,
            Type = ContextEntryType.File,
            Mode = facts.Mode,
            Size = _length,
            Content = Digest.From(_hash),
            Modified = facts.Modified,
            Attributes = facts.Attributes,
        };
        ContextDirectory.Storing(path, () =>
        {
            if (_endsInHole)
            {
                TreeWriter.SetLength(file, _length);
            }

            TreeWriter.FinishFile(file, Encoding.UTF8.GetBytes(path), ContextDirectory.MetadataOf(entry));
            return true;
        });
        tree.Entries[path] = entry;
    }

    public void Dispose()
    {
        file.Dispose();
        _hash.Dispose();
    }

    private void Write(ReadOnlySpan<byte> piece)
    {
        try
        {
            if (_endsInHole)
            {
                TreeWriter.Seek(file, _length);
                _endsInHole = false;
            }

            Descriptor.WriteAll(file, piece);
            _length += piece.Length;
        }
        catch (LinuxException refused)
        {
            throw new WharfException(ErrorKind.Internal, $"build context: cannot store {path}: {refused.Errno.Describe()}", refused);
        }
    }

    private void Skip(long length)
    {
        _length += length;
        _endsInHole = true;
    }
}
