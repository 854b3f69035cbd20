using System.Buffers;

namespace Wharf.Api.Builds;

/// <summary>Heads of files in frames, and the bytes behind them.</summary>
public static class FileFrames
{
    /// <summary>Sends a small file whole.</summary>
    public static void Write(FrameWriter frames, SentFile file, ReadOnlySpan<byte> content)
    {
        ArrayBufferWriter<byte> head = Head(file);
        frames.Begin(BuildFrame.File, head.WrittenCount + content.Length);
        frames.Add(head.WrittenSpan);
        frames.Add(content);
    }

    /// <summary>Starts a large file; its bytes follow in <see cref="BuildFrame.FileData"/>.</summary>
    public static void Begin(FrameWriter frames, SentFile file) => frames.Write(BuildFrame.FileBegin, Head(file).WrittenSpan);

    /// <param name="content">What stands behind the head.</param>
    /// <exception cref="InvalidDataException">It is malformed.</exception>
    public static SentFile Read(ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> content)
    {
        var reader = new CompactReader(payload);
        ulong index = reader.Number();
        uint mode = (uint)reader.Number();
        ulong size = reader.Number();
        long seconds = reader.Signed();
        uint nanoseconds = (uint)reader.Number();
        ulong stamp = reader.Fixed();
        Dictionary<string, byte[]>? attributes = null;
        for (ulong count = reader.Number(); count > 0; count--)
        {
            (attributes ??= [])[reader.Text()] = reader.Bytes().ToArray();
        }

        content = reader.Rest;
        return index <= int.MaxValue && size <= long.MaxValue
            ? new SentFile((int)index, mode, (long)size, seconds, nanoseconds, stamp, attributes)
            : throw new InvalidDataException("a file of a build context has an impossible number or size");
    }

    private static ArrayBufferWriter<byte> Head(SentFile file)
    {
        var buffer = new ArrayBufferWriter<byte>(64);
        var writer = new CompactWriter(buffer);
        writer.Number((ulong)file.Index);
        writer.Number(file.Mode);
        writer.Number((ulong)file.Size);
        writer.Signed(file.ModifiedSeconds);
        writer.Number(file.ModifiedNanoseconds);
        writer.Fixed(file.Stamp);
        writer.Number((ulong)(file.Attributes?.Count ?? 0));
        foreach ((string name, byte[] value) in file.Attributes ?? new Dictionary<string, byte[]>())
        {
            writer.Text(name);
            writer.Bytes(value);
        }

        return buffer;
    }
}
