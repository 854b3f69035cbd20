using System.Buffers;
using System.Text;

namespace Wharf.Api.Builds;

/// <summary>
/// The entries of a directory in few bytes: of each path only what differs from the one before. Sent in frames of some thousand entries.
/// </summary>
public sealed class ListingWriter(FrameWriter frames)
{
    private const int FrameBytes = 128 << 10;
    private readonly ArrayBufferWriter<byte> _buffer = new(FrameBytes + 8192);
    private byte[] _last = [];

    public void Add(ListedFile file)
    {
        byte[] path = Encoding.UTF8.GetBytes(file.Path);
        int shared = path.AsSpan().CommonPrefixLength(_last);
        _last = path;
        var writer = new CompactWriter(_buffer);
        writer.Number((ulong)file.Type);
        writer.Number((ulong)shared);
        writer.Bytes(path.AsSpan(shared));
        writer.Number(file.Mode);
        writer.Signed(file.ModifiedSeconds);
        writer.Number(file.ModifiedNanoseconds);
        switch (file.Type)
        {
            case ListedType.File:
                writer.Number((ulong)file.Size);
                writer.Fixed(file.Stamp);
                break;
            case ListedType.SymbolicLink:
                writer.Text(file.LinkTarget ?? "");
                break;
            case ListedType.Directory:
                break;
        }

        if (_buffer.WrittenCount >= FrameBytes)
        {
            Send();
        }
    }

    /// <summary>Ends the listing and sends it.</summary>
    public void End()
    {
        Send();
        frames.Write(BuildFrame.EntriesEnd, []);
        frames.Flush();
    }

    private void Send()
    {
        frames.Write(BuildFrame.Entries, _buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
    }
}
