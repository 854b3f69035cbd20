using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Wharf.Api.Builds;

/// <summary>Reads what a <see cref="FrameWriter"/> wrote. For one thread; blocks.</summary>
public sealed class FrameReader(Stream source)
{
    /// <summary>More than any frame has that either side sends.</summary>
    private const int MaxPayload = 64 << 20;

    private byte[] _buffer = new byte[256 << 10];
    private int _start;
    private int _end;

    public BuildFrame Type { get; private set; }

    /// <summary>Valid until the next call of <see cref="Next"/>.</summary>
    public ReadOnlyMemory<byte> Payload { get; private set; }

    /// <returns>False when the other side has gone.</returns>
    /// <exception cref="InvalidDataException">What came is no frame.</exception>
    public bool Next()
    {
        if (!Have(FrameWriter.HeaderBytes))
        {
            return false;
        }

        Type = (BuildFrame)_buffer[_start];
        int length = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(_start + 1));
        if (length is < 0 or > MaxPayload)
        {
            throw new InvalidDataException($"a frame of a build session has {length} bytes");
        }

        _start += FrameWriter.HeaderBytes;
        if (!Have(length))
        {
            return false;
        }

        Payload = _buffer.AsMemory(_start, length);
        _start += length;
        return true;
    }

    public T ReadJson<T>(JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(Payload.Span, type) ?? throw new InvalidDataException($"a frame of a build session has null for {typeof(T).Name}");

    private bool Have(int wanted)
    {
        if (_end - _start >= wanted)
        {
            return true;
        }

        // What is left moves to the front, so that payloads handed out before are not to be used any more.
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        if (_buffer.Length < wanted)
        {
            Array.Resize(ref _buffer, wanted);
        }

        while (_end < wanted)
        {
            int count = source.Read(_buffer, _end, _buffer.Length - _end);
            if (count == 0)
            {
                return false;
            }

            _end += count;
        }

        return true;
    }
}
