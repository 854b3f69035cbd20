using System.Buffers;
using System.Buffers.Binary;

namespace Wharf.Engine.Logs;

/// <summary>
/// Lines on their way to a client: filtered, given their timestamps and details, and for anything but a terminal put into Docker's stdcopy
/// frames. Without timestamps and details a client cannot tell one frame of several lines from several frames, and one is much faster, for
/// both sides.
/// </summary>
internal sealed class LogFrames(LogRequest request, bool tty) : IDisposable
{
    private const int HeaderBytes = 8; // stream, three zeros, length in big endian
    private const int MaxPayload = 64 << 10;
    private const int MaxTimestamp = 32;
    private const byte StandardOutput = 1;
    private const byte StandardError = 2;

    private readonly long _since = Nanoseconds(request.Since) ?? long.MinValue;
    private readonly long _until = Nanoseconds(request.Until) ?? long.MaxValue;
    private readonly bool _timesMatter = request.Since is not null || request.Until is not null;
    private readonly LogDetails _details = new();
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(512 << 10);
    private int _length;
    private int _frame = -1;
    private byte _frameStream;

    /// <summary>A line later than asked for has been seen: there is no more to come.</summary>
    internal bool Finished { get; private set; }

    /// <summary>Takes one line of a log file. What is not a line is passed over.</summary>
    internal void Add(ReadOnlySpan<byte> json)
    {
        if (Finished || !LogLine.TryParse(json, out LogLine line) || !IsWanted(in line))
        {
            return;
        }

        byte stream = line.IsStandardError ? StandardError : StandardOutput;
        bool ownFrame = request.Timestamps || request.Details;
        ReadOnlySpan<byte> details = request.Details ? _details.Of(line.Attributes) : default;
        Reserve(HeaderBytes + MaxTimestamp + details.Length + line.Text.Length);
        if (!tty && (ownFrame || _frame < 0 || stream != _frameStream || _length - _frame - HeaderBytes + line.Text.Length > MaxPayload))
        {
            CloseFrame();
            OpenFrame(stream);
        }

        if (request.Timestamps)
        {
            WriteTimestamp(line.Time);
        }

        Write(details);
        _length += JsonText.Unescape(line.Text, _buffer.AsSpan(_length));
    }

    /// <summary>What has been gathered, whole frames only. Valid until the next <see cref="Add"/>, which starts anew.</summary>
    internal ReadOnlyMemory<byte> Take()
    {
        CloseFrame();
        ReadOnlyMemory<byte> taken = _buffer.AsMemory(0, _length);
        _length = 0;
        return taken;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private bool IsWanted(in LogLine line)
    {
        if (line.IsStandardError ? !request.Stderr : !request.Stdout)
        {
            return false;
        }

        if (!_timesMatter || line.UnixNanoseconds() is not { } time)
        {
            return true;
        }

        Finished = time > _until;
        return !Finished && time >= _since;
    }

    private void OpenFrame(byte stream)
    {
        _frame = _length;
        _frameStream = stream;
        Span<byte> header = _buffer.AsSpan(_length, HeaderBytes);
        header.Clear();
        header[0] = stream;
        _length += HeaderBytes;
    }

    private void CloseFrame()
    {
        if (_frame >= 0)
        {
            BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_frame + 4), _length - _frame - HeaderBytes);
            _frame = -1;
        }
    }

    /// <summary>As many digits of fraction for every line, so that columns line up: <c>2006-01-02T15:04:05.000000000Z</c>.</summary>
    private void WriteTimestamp(ReadOnlySpan<byte> time)
    {
        const int Whole = 19;
        const int Fraction = 9;
        ReadOnlySpan<byte> digits = time.Length > Whole && time[Whole] == (byte)'.' ? time[(Whole + 1)..].TrimEnd((byte)'Z') : default;
        Write(time[..Math.Min(Whole, time.Length)]);
        Write("."u8);
        Write(digits[..Math.Min(Fraction, digits.Length)]);
        for (int i = digits.Length; i < Fraction; i++)
        {
            Write("0"u8);
        }

        Write("Z "u8);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length - _length < bytes)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + bytes));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }

    private static long? Nanoseconds(DateTimeOffset? time) => (time?.UtcTicks - DateTime.UnixEpoch.Ticks) * 100;
}
