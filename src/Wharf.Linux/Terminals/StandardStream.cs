using System.Runtime.InteropServices;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Terminals;

/// <summary>
/// One of the three standard streams of this process, as plain read(2) and write(2). The console streams of .NET set up a terminal first
/// (terminfo, line editing), and a FileStream writes at offsets of its own, which destroys output when two streams share one file.
/// </summary>
public sealed class StandardStream : Stream
{
    private readonly int _descriptor;

    private StandardStream(int descriptor) => _descriptor = descriptor;

    public static StandardStream Input { get; } = new(0);

    public static StandardStream Output { get; } = new(1);

    public static StandardStream Error { get; } = new(2);

    /// <summary>The terminal behind this stream; null if it is a file, a pipe or closed.</summary>
    public Terminal? Terminal => LibC.IsATty(_descriptor) == 1 ? new Terminal(_descriptor) : null;

    /// <summary>Whether a write failed because nobody reads any more.</summary>
    public static bool IsClosedPipe(Exception exception) =>
        exception is LinuxException { Errno: Errno.EPIPE, Operation: "write", Target: "standard output" or "standard error" };

    public override bool CanRead => _descriptor == 0;

    public override bool CanSeek => false;

    public override bool CanWrite => _descriptor != 0;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Blocks until there is something; 0 at the end. A stream that is not open has nothing to read.</summary>
    public override unsafe int Read(Span<byte> buffer)
    {
        while (true)
        {
            nint count;
            // SAFETY: the kernel writes at most buffer.Length bytes to the pinned buffer.
            fixed (byte* start = buffer)
            {
                count = LibC.ReadStandard(_descriptor, start, (nuint)buffer.Length);
            }

            var errno = (Errno)Marshal.GetLastPInvokeError();
            if (count >= 0)
            {
                return (int)count;
            }

            // EIO is what a terminal answers once it has hung up.
            if (errno is Errno.EBADF or Errno.EIO)
            {
                return 0;
            }

            if (errno is not Errno.EINTR)
            {
                throw new LinuxException("read", "standard input", errno);
            }
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Writes everything, waiting as long as it takes.</summary>
    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint count;
            // SAFETY: the kernel reads at most buffer.Length bytes of the pinned buffer.
            fixed (byte* start = buffer)
            {
                count = LibC.WriteStandard(_descriptor, start, (nuint)buffer.Length);
            }

            var errno = (Errno)Marshal.GetLastPInvokeError();
            if (count >= 0)
            {
                buffer = buffer[(int)count..];
            }
            else if (errno is not Errno.EINTR)
            {
                throw new LinuxException("write", _descriptor == 1 ? "standard output" : "standard error", errno);
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
