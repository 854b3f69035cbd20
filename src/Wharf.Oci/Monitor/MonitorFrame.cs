using System.Buffers.Binary;
using System.Text.Json;
using Wharf.Oci.Json;

namespace Wharf.Oci.Monitor;

/// <summary>Messages on a stream of bytes: a 4-byte little-endian length, then JSON.</summary>
public static class MonitorFrame
{
    public const int HeaderBytes = 4;

    public static byte[] Encode(MonitorMessage message)
    {
        byte[] json = JsonDocuments.Write(writer => MessageWriter.Write(writer, message));
        byte[] frame = new byte[HeaderBytes + json.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, json.Length);
        json.CopyTo(frame, HeaderBytes);
        return frame;
    }

    /// <summary>How long the body is that this header announces.</summary>
    /// <exception cref="InvalidDataException">More than <see cref="MonitorProtocol.MaxMessageBytes"/>, or nothing.</exception>
    public static int BodyLength(ReadOnlySpan<byte> header)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(header);
        return length is > 0 and <= MonitorProtocol.MaxMessageBytes
            ? length
            : throw new InvalidDataException($"a monitor message of {length} bytes: at most {MonitorProtocol.MaxMessageBytes} are allowed");
    }

    /// <exception cref="InvalidDataException">It is not a message.</exception>
    public static MonitorMessage Decode(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonMembers.Parse(body, MessageReader.Read);
        }
        catch (JsonException malformed)
        {
            throw new InvalidDataException($"a monitor message that is not one: {malformed.Message}", malformed);
        }
    }

    /// <summary>Takes one whole message off the front of <paramref name="bytes"/>.</summary>
    /// <returns>Null when it has not all arrived.</returns>
    /// <exception cref="InvalidDataException"/>
    public static MonitorMessage? TryTake(ref ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < HeaderBytes)
        {
            return null;
        }

        int length = BodyLength(bytes.Span);
        if (bytes.Length - HeaderBytes < length)
        {
            return null;
        }

        MonitorMessage message = Decode(bytes.Slice(HeaderBytes, length));
        bytes = bytes[(HeaderBytes + length)..];
        return message;
    }
}
