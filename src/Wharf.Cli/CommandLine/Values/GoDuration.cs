using System.Buffers;
using System.Globalization;

namespace Wharf.Cli.CommandLine.Values;

/// <summary>Durations as Go writes them: <c>1h30m</c>, <c>500ms</c>, <c>1.5s</c>.</summary>
internal static class GoDuration
{
    private static readonly SearchValues<char> s_numeric = SearchValues.Create("0123456789.");

    private static readonly (string Unit, double Ticks)[] s_units =
    [
        ("ns", 0.01), ("us", 10), ("µs", 10), ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond), ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour),
    ];

    /// <exception cref="FormatException">It is no duration.</exception>
    internal static TimeSpan Parse(string text)
    {
        ReadOnlySpan<char> rest = text;
        bool negative = rest.StartsWith("-");
        rest = rest.TrimStart("+-");
        if (rest is "0")
        {
            return TimeSpan.Zero;
        }

        double ticks = 0;
        if (rest.IsEmpty)
        {
            throw new FormatException($"time: invalid duration \"{text}\"");
        }

        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExcept(s_numeric);
            if (digits < 0)
            {
                throw new FormatException($"time: missing unit in duration \"{text}\"");
            }

            int letters = rest[digits..].IndexOfAny(s_numeric);
            ReadOnlySpan<char> unit = letters < 0 ? rest[digits..] : rest.Slice(digits, letters);
            if (!double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            {
                throw new FormatException($"time: invalid duration \"{text}\"");
            }

            ticks += number * TicksOf(unit, text);
            rest = rest[(digits + unit.Length)..];
        }

        return TimeSpan.FromTicks((long)(negative ? -ticks : ticks));
    }

    /// <summary>Whether the text is one at all; for flags that take a duration or a point in time.</summary>
    internal static bool TryParse(string text, out TimeSpan duration)
    {
        try
        {
            duration = Parse(text);
            return true;
        }
        catch (FormatException)
        {
            duration = default;
            return false;
        }
    }

    private static double TicksOf(ReadOnlySpan<char> unit, string text)
    {
        foreach ((string name, double ticks) in s_units)
        {
            if (unit.SequenceEqual(name))
            {
                return ticks;
            }
        }

        throw new FormatException($"time: unknown unit \"{unit}\" in duration \"{text}\"");
    }
}
