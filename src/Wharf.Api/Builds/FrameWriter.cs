using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json.Serialization.Metadata;

namespace Wharf.Api.Builds;

/// <summary>
/// Writes frames: a byte for the type, the length of the payload (32 bits, little-endian), the payload. Collected until
/// <see cref="Flush"/> or until there is enough to be worth a write. For one thread.
/// </summary>
public sealed class FrameWriter(Stream target)
{
    internal const int HeaderBytes = 5;
    private const int Worthwhile = 256 << 10;
    private readonly ArrayBufferWriter<byte> _buffer = new(Worthwhile);

    public void Write(BuildFrame type, ReadOnlySpan<byte> payload)
    {
        Begin(type, payload.Length);
        Add(payload);
    }

    public void WriteJson<T>(BuildFrame type, T document, JsonTypeInfo<T> json) => Write(type, ApiJson.ToBytes(document, json));

    /// <summary>Starts a frame whose payload comes in pieces (<see cref="Add"/>), of this length together.</summary>
    public void Begin(BuildFrame type, int length)
    {
        Span<byte> header = _buffer.GetSpan(HeaderBytes);
        header[0] = (byte)type;
        BinaryPrimitives.WriteInt32LittleEndian(header[1..], length);
        _buffer.Advance(HeaderBytes);
    }

    public void Add(ReadOnlySpan<byte> piece)
    {
        _buffer.Write(piece);
        if (_buffer.WrittenCount >= Worthwhile)
        {
            Flush();
        }
    }

    public void Flush()
    {
        if (_buffer.WrittenCount > 0)
        {
            target.Write(_buffer.WrittenSpan);
            _buffer.ResetWrittenCount();
        }
    }
}
