using System.Text;

namespace Wharf.Api.Builds;

/// <summary>Reads the frames of a <see cref="ListingWriter"/>, in their order.</summary>
public sealed class ListingReader
{
    private byte[] _path = new byte[256];
    private int _length;

    /// <summary>Adds the entries of one frame.</summary>
    /// <exception cref="InvalidDataException">It is malformed.</exception>
    public void Read(ReadOnlySpan<byte> payload, List<ListedFile> files)
    {
        var reader = new CompactReader(payload);
        while (!reader.IsAtEnd)
        {
            files.Add(Read(ref reader));
        }
    }

    private ListedFile Read(ref CompactReader reader)
    {
        ulong type = reader.Number();
        string path = Path(reader.Number(), reader.Bytes());
        uint mode = (uint)reader.Number();
        long seconds = reader.Signed();
        uint nanoseconds = (uint)reader.Number();
        return (ListedType)type switch
        {
            ListedType.File => new ListedFile(path, ListedType.File, mode, (long)reader.Number(), seconds, nanoseconds, reader.Fixed(), null),
            ListedType.Directory => new ListedFile(path, ListedType.Directory, mode, 0, seconds, nanoseconds, 0, null),
            ListedType.SymbolicLink => new ListedFile(path, ListedType.SymbolicLink, mode, 0, seconds, nanoseconds, 0, reader.Text()),
            _ => throw new InvalidDataException($"an entry of a build context has the type {type}"),
        };
    }

    private string Path(ulong shared, ReadOnlySpan<byte> suffix)
    {
        if (shared > (ulong)_length)
        {
            throw new InvalidDataException("a path of a build context shares more than there is");
        }

        _length = (int)shared + suffix.Length;
        if (_length > _path.Length)
        {
            Array.Resize(ref _path, _length * 2);
        }

        suffix.CopyTo(_path.AsSpan((int)shared));
        return Encoding.UTF8.GetString(_path, 0, _length);
    }
}
