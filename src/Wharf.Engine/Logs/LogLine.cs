using System.Buffers.Text;

namespace Wharf.Engine.Logs;

/// <summary>
/// One line of a json-file log, taken apart without copying: <c>{"log":"…\n","stream":"stdout","attrs":{…},"time":"…"}</c>. Keys may come in
/// any order; unknown ones are passed over.
/// </summary>
internal ref struct LogLine
{
    /// <summary>What was written, still escaped; see <see cref="JsonText"/>.</summary>
    internal ReadOnlySpan<byte> Text { get; private set; }

    internal ReadOnlySpan<byte> Stream { get; private set; }

    /// <summary>RFC 3339.</summary>
    internal ReadOnlySpan<byte> Time { get; private set; }

    /// <summary>A JSON object, or nothing.</summary>
    internal ReadOnlySpan<byte> Attributes { get; private set; }

    internal readonly bool IsStandardError => Stream.SequenceEqual("stderr"u8);

    /// <returns>False for what is not a whole line: a crash may have cut the last one off.</returns>
    internal static bool TryParse(ReadOnlySpan<byte> json, out LogLine line)
    {
        line = default;
        if (json is not [(byte)'{', ..])
        {
            return false;
        }

        ReadOnlySpan<byte> rest = json[1..];
        while (true)
        {
            if (!TakeString(ref rest, out ReadOnlySpan<byte> key) || !Take(ref rest, (byte)':'))
            {
                return false;
            }

            if (rest is [(byte)'{', ..])
            {
                if (!TakeObject(ref rest, out ReadOnlySpan<byte> value))
                {
                    return false;
                }

                line.Attributes = value;
            }
            else if (!TakeString(ref rest, out ReadOnlySpan<byte> value))
            {
                return false;
            }
            else if (key.SequenceEqual("log"u8))
            {
                line.Text = value;
            }
            else if (key.SequenceEqual("stream"u8))
            {
                line.Stream = value;
            }
            else if (key.SequenceEqual("time"u8))
            {
                line.Time = value;
            }

            if (!Take(ref rest, (byte)','))
            {
                return rest is [(byte)'}'];
            }
        }
    }

    /// <summary>The moment it was written, in nanoseconds since 1970; null when that is not a time.</summary>
    internal readonly long? UnixNanoseconds()
    {
        // 2006-01-02T15:04:05 and up to nine digits of fraction; always UTC, because we wrote it.
        if (Time.Length < 20 || !TrySeconds(out DateTime seconds))
        {
            return null;
        }

        long nanoseconds = 0;
        int digits = 0;
        if (Time[19] == (byte)'.')
        {
            for (int i = 20; i < Time.Length && digits < 9 && Time[i] is >= (byte)'0' and <= (byte)'9'; i++, digits++)
            {
                nanoseconds = (nanoseconds * 10) + (Time[i] - '0');
            }
        }

        for (; digits < 9; digits++)
        {
            nanoseconds *= 10;
        }

        return ((seconds.Ticks - DateTime.UnixEpoch.Ticks) * 100) + nanoseconds;
    }

    private readonly bool TrySeconds(out DateTime seconds)
    {
        seconds = default;
        Span<int> fields = stackalloc int[6];
        ReadOnlySpan<byte> starts = [0, 5, 8, 11, 14, 17];
        ReadOnlySpan<byte> lengths = [4, 2, 2, 2, 2, 2];
        for (int i = 0; i < fields.Length; i++)
        {
            if (!Utf8Parser.TryParse(Time.Slice(starts[i], lengths[i]), out fields[i], out int used) || used != lengths[i])
            {
                return false;
            }
        }

        if (fields[1] is < 1 or > 12 || fields[2] < 1 || fields[0] < 1 || fields[2] > DateTime.DaysInMonth(fields[0], fields[1])
            || fields[3] > 23 || fields[4] > 59 || fields[5] > 59)
        {
            return false;
        }

        seconds = new DateTime(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], DateTimeKind.Utc);
        return true;
    }

    private static bool Take(scoped ref ReadOnlySpan<byte> rest, byte expected)
    {
        if (rest.IsEmpty || rest[0] != expected)
        {
            return false;
        }

        rest = rest[1..];
        return true;
    }

    private static bool TakeString(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!Take(ref rest, (byte)'"'))
        {
            return false;
        }

        int end = 0;
        while (true)
        {
            int found = rest[end..].IndexOfAny((byte)'"', (byte)'\\');
            if (found < 0)
            {
                return false;
            }

            end += found;
            if (rest[end] == (byte)'"')
            {
                value = rest[..end];
                rest = rest[(end + 1)..];
                return true;
            }

            end += 2; // what is escaped cannot end the string
            if (end > rest.Length)
            {
                return false;
            }
        }
    }

    /// <summary>The attributes: an object of strings.</summary>
    private static bool TakeObject(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> start = rest;
        value = default;
        rest = rest[1..];
        while (!Take(ref rest, (byte)'}'))
        {
            Take(ref rest, (byte)',');
            if (!TakeString(ref rest, out _) || !Take(ref rest, (byte)':') || !TakeString(ref rest, out _))
            {
                return false;
            }
        }

        value = start[..(start.Length - rest.Length)];
        return true;
    }
}
