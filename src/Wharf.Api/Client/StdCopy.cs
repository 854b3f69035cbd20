using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Wharf.Api.Client;

/// <summary>
/// Docker's framing of two output streams on one connection: a byte for the stream (1 stdout, 2 stderr, 3 an error of the engine), three
/// zero bytes, the length as big-endian 32 bits, then that many bytes.
/// </summary>
public static class StdCopy
{
    private const int HeaderBytes = 8;

    /// <summary>Takes a framed stream apart until it ends.</summary>
    /// <exception cref="DockerApiException">The engine reported a failure inside the stream.</exception>
    public static void Demultiplex(Stream framed, Stream stdout, Stream stderr)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        byte[] buffer = new byte[64 << 10];
        while (framed.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) == HeaderBytes)
        {
            uint left = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
            if (header[0] == 3)
            {
                throw ReadFailure(framed, left);
            }

            Stream target = header[0] == 2 ? stderr : stdout;
            while (left > 0)
            {
                int count = framed.Read(buffer, 0, (int)Math.Min((uint)buffer.Length, left));
                if (count == 0)
                {
                    return;
                }

                target.Write(buffer, 0, count);
                left -= (uint)count;
            }

            target.Flush();
        }
    }

    private static DockerApiException ReadFailure(Stream framed, uint length)
    {
        byte[] text = new byte[Math.Min(length, 64 << 10)];
        int count = framed.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        return new DockerApiException(
            HttpStatusCode.InternalServerError,
            "error from daemon in stream: " + Encoding.UTF8.GetString(text, 0, count));
    }
}
