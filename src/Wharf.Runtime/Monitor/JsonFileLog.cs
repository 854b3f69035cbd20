using System.Globalization;
using System.Text;
using Wharf.Linux.Memory;
using Wharf.Oci.Monitor;

namespace Wharf.Runtime.Monitor;

/// <summary>
/// Output as Docker's json-file log: <c>{"log":"…\n","stream":"stdout","time":"…"}</c>, one line each. A chunk of output becomes as few
/// writes as possible and shares one time. A line longer than 16 KiB is written in parts, all but the last without <c>\n</c>.
/// </summary>
internal sealed class JsonFileLog : IOutputRecord, IDisposable
{
    private const int MaxPart = 16 << 10;
    private const int BatchBytes = 256 << 10;
    private const int MaxTail = 128;

    private readonly RotatingFile _file;
    private readonly PageBuffer _batch;
    private readonly Unfinished[] _unfinished;
    private readonly byte[][] _afterText;
    private readonly byte[] _time = new byte[40];
    private int _timeLength;
    private int _length;

    internal JsonFileLog(LogSettings settings)
    {
        string attributes = Attributes(settings.Attributes);
        _afterText =
        [
            Encoding.UTF8.GetBytes($"\",\"stream\":\"stdout\"{attributes},\"time\":\""),
            Encoding.UTF8.GetBytes($"\",\"stream\":\"stderr\"{attributes},\"time\":\""),
        ];
        _batch = new PageBuffer(BatchBytes + (MaxPart * JsonLine.MaxExpansion) + _afterText[0].Length + MaxTail);
        _unfinished = [new Unfinished(), new Unfinished()];
        _file = new RotatingFile(settings);
    }

    /// <summary>Records output as it came, in whatever pieces.</summary>
    public void Write(OutputKind kind, ReadOnlySpan<byte> output)
    {
        TakeTime();
        Unfinished unfinished = _unfinished[(int)kind - 1];
        while (!output.IsEmpty)
        {
            // A part ends with its line, or where it has become too long.
            int room = MaxPart - unfinished.Length;
            int newline = output[..Math.Min(output.Length, room)].IndexOf((byte)'\n');
            if (newline < 0 && output.Length < room)
            {
                unfinished.Add(output);
                break;
            }

            ReadOnlySpan<byte> part = output[..(newline >= 0 ? newline : room)];
            if (unfinished.Length > 0)
            {
                unfinished.Add(part);
                part = unfinished.Take();
            }

            Line(kind, part, isWhole: newline >= 0);
            output = output[(newline >= 0 ? newline + 1 : room)..];
        }

        Flush();
    }

    /// <summary>There is no more of this stream: what has no newline yet gets none.</summary>
    public void End(OutputKind kind)
    {
        Unfinished unfinished = _unfinished[(int)kind - 1];
        if (unfinished.Length > 0)
        {
            TakeTime();
            Line(kind, unfinished.Take(), isWhole: false);
            Flush();
        }
    }

    /// <summary>Nothing has been written for a while: memory goes back.</summary>
    internal void Rest()
    {
        _batch.Release();
        foreach (Unfinished unfinished in _unfinished)
        {
            unfinished.Rest();
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _batch.Dispose();
    }

    private void Line(OutputKind kind, ReadOnlySpan<byte> text, bool isWhole)
    {
        if (_file.IsFullWith(_length))
        {
            Flush();
            _file.Rotate();
        }

        Span<byte> output = _batch.Span[_length..];
        "{\"log\":\""u8.CopyTo(output);
        int at = 8;
        at += JsonLine.Escape(text, output[at..]);
        if (isWhole)
        {
            "\\n"u8.CopyTo(output[at..]);
            at += 2;
        }

        byte[] after = _afterText[(int)kind - 1];
        after.CopyTo(output[at..]);
        at += after.Length;
        _time.AsSpan(0, _timeLength).CopyTo(output[at..]);
        _length += at + _timeLength;
        if (_length > BatchBytes)
        {
            Flush();
        }
    }

    private void Flush()
    {
        if (_length > 0)
        {
            _file.Write(_batch.Span[.._length]);
            _length = 0;
        }
    }

    /// <summary>RFC 3339 with nanoseconds, without the zeros at the end, and with all that closes the line.</summary>
    private void TakeTime()
    {
        DateTime.UtcNow.TryFormat(_time, out _timeLength, "yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);
        "Z\"}\n"u8.CopyTo(_time.AsSpan(_timeLength));
        _timeLength += 4;
    }

    private static string Attributes(IReadOnlyDictionary<string, string>? attributes)
    {
        if (attributes is not { Count: > 0 })
        {
            return "";
        }

        var text = new StringBuilder(",\"attrs\":{");
        foreach (KeyValuePair<string, string> pair in attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            text.Append(text[^1] == '{' ? "" : ",").Append('"').Append(Quote(pair.Key)).Append("\":\"").Append(Quote(pair.Value)).Append('"');
        }

        return text.Append('}').ToString();
    }

    private static string Quote(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        byte[] quoted = new byte[bytes.Length * JsonLine.MaxExpansion];
        return Encoding.UTF8.GetString(quoted, 0, JsonLine.Escape(bytes, quoted));
    }

    /// <summary>The beginning of a line whose end has not been written yet.</summary>
    private sealed class Unfinished
    {
        private byte[] _bytes = [];

        internal int Length { get; private set; }

        internal void Add(ReadOnlySpan<byte> more)
        {
            if (_bytes.Length < Length + more.Length)
            {
                Array.Resize(ref _bytes, Math.Min(MaxPart, Math.Max(256, (Length + more.Length) * 2)));
            }

            more.CopyTo(_bytes.AsSpan(Length));
            Length += more.Length;
        }

        /// <summary>Valid until the next <see cref="Add"/>.</summary>
        internal ReadOnlySpan<byte> Take()
        {
            ReadOnlySpan<byte> taken = _bytes.AsSpan(0, Length);
            Length = 0;
            return taken;
        }

        internal void Rest()
        {
            if (Length == 0)
            {
                _bytes = [];
            }
        }
    }
}
