using System.Globalization;
using Wharf.Engine;

namespace Wharf.Daemon.Mapping;

/// <summary>The <c>since</c> and <c>until</c> of logs and events: unix seconds with an optional fraction, or RFC 3339.</summary>
internal static class QueryTime
{
    /// <returns>Null when nothing, or zero, was asked for.</returns>
    /// <exception cref="WharfException">InvalidArgument.</exception>
    internal static DateTimeOffset? Parse(string? text)
    {
        if (text is null or "0")
        {
            return null;
        }

        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out decimal seconds)
            && Math.Abs(seconds) < 100_000_000_000)
        {
            return DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : throw WharfException.Invalid($"invalid timestamp: {text}");
    }
}
