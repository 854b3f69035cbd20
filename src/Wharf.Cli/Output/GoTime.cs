using System.Globalization;

namespace Wharf.Cli.Output;

/// <summary>Points in time as Docker's client prints and reads them.</summary>
internal static class GoTime
{
    /// <summary><c>2026-01-02 15:04:05 +0000 UTC</c>, in the local zone.</summary>
    internal static string Format(DateTimeOffset time, TimeProvider provider)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(time, provider.LocalTimeZone);
        string zone = local.Offset == TimeSpan.Zero ? "UTC" : provider.LocalTimeZone.StandardName;
        return string.Create(CultureInfo.InvariantCulture, $"{local:yyyy-MM-dd HH:mm:ss} {Offset(local.Offset, "")} {zone}");
    }

    /// <summary>A time of the daemon's (RFC 3339), as Go prints it: with its fraction of a second, and in UTC.</summary>
    internal static string Format(string time)
    {
        int dot = time.IndexOf('.', StringComparison.Ordinal);
        string fraction = dot < 0 ? "" : time[dot..].TrimEnd('Z').TrimEnd('0').TrimEnd('.');
        return DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset parsed)
            ? string.Create(CultureInfo.InvariantCulture, $"{parsed.UtcDateTime:yyyy-MM-dd HH:mm:ss}{fraction} +0000 UTC")
            : time;
    }

    /// <summary>RFC 3339 with nine digits after the second, in the local zone, as events are stamped.</summary>
    internal static string Nano(long nanoseconds, TimeProvider provider)
    {
        (long seconds, long rest) = Math.DivRem(nanoseconds, 1_000_000_000);
        DateTimeOffset local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(seconds), provider.LocalTimeZone);
        string offset = local.Offset == TimeSpan.Zero ? "Z" : Offset(local.Offset, ":");
        return string.Create(CultureInfo.InvariantCulture, $"{local:yyyy-MM-ddTHH:mm:ss}.{rest:D9}{offset}");
    }

    /// <summary>
    /// <c>--since</c> and <c>--until</c> for the API: <c>10m</c> ago, an RFC 3339 time or date, or seconds since 1970, as seconds with a fraction.
    /// </summary>
    internal static string? ToUnix(string text, TimeProvider provider)
    {
        if (text.Length == 0)
        {
            return null;
        }

        if (CommandLine.Values.GoDuration.TryParse(text, out TimeSpan ago) && !text.All(char.IsAsciiDigit))
        {
            return Seconds(provider.GetUtcNow() - ago);
        }

        return text.All(letter => char.IsAsciiDigit(letter) || letter == '.') ? text
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTimeOffset time) ? Seconds(time)
            : throw new FormatException($"invalid value for \"since\" or \"until\": failed to parse value as time or duration: \"{text}\"");
    }

    private static string Seconds(DateTimeOffset time)
    {
        long ticks = (time - DateTimeOffset.UnixEpoch).Ticks;
        return string.Create(CultureInfo.InvariantCulture, $"{ticks / TimeSpan.TicksPerSecond}.{ticks % TimeSpan.TicksPerSecond * 100:D9}");
    }

    private static string Offset(TimeSpan offset, string separator) =>
        string.Create(CultureInfo.InvariantCulture, $"{(offset < TimeSpan.Zero ? '-' : '+')}{offset:hh}{separator}{offset:mm}");
}
