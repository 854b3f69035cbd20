using System.Buffers.Binary;
using System.Text;

namespace Wharf.Engine.Builds.Solve;

/// <summary>The output of a program on its way to the observers; keeps the end of it for the case that the program fails.</summary>
internal sealed class OutputRelay(Action<OutputStream, ReadOnlyMemory<byte>> report)
{
    private const int HeaderBytes = 8; // stdcopy: stream, three zeros, length in big endian
    private const byte StandardError = 2;
    private const int KeptBytes = 16 << 10;
    private const int KeptLines = 10;
    private const int MaxFrame = 1 << 20;
    private readonly Queue<byte[]> _last = new();
    private int _lastBytes;

    /// <summary>The last lines, of both streams.</summary>
    internal IReadOnlyList<string> LastLines =>
    [
        .. Encoding.UTF8.GetString([.. _last.SelectMany(piece => piece)]).TrimEnd('\n').Split('\n').TakeLast(KeptLines).Where(line => line.Length > 0),
    ];

    /// <summary>Reads frames until there are no more.</summary>
    internal async Task RunAsync(Stream frames)
    {
        byte[] header = new byte[HeaderBytes];
        try
        {
            while (await frames.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false, CancellationToken.None) == HeaderBytes)
            {
                uint length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));
                if (length > MaxFrame)
                {
                    throw new InvalidDataException($"the monitor sent a frame of {length} bytes");
                }

                byte[] piece = new byte[length];
                await frames.ReadExactlyAsync(piece, CancellationToken.None);
                Keep(piece);
                report(header[0] == StandardError ? OutputStream.Error : OutputStream.Output, piece);
            }
        }
        catch (IOException)
        {
            // A monitor that was killed resets its connections: that is the end too.
        }
    }

    private void Keep(byte[] piece)
    {
        _last.Enqueue(piece);
        _lastBytes += piece.Length;
        while (_lastBytes - _last.Peek().Length > KeptBytes)
        {
            _lastBytes -= _last.Dequeue().Length;
        }
    }
}
