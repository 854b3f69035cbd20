using System.Globalization;

namespace Wharf.Daemon.Mapping;

/// <summary>Times as Go prints them, which is what clients parse and show.</summary>
internal static class GoTime
{
    /// <summary>Go's zero time: "never".</summary>
    internal const string Zero = "0001-01-01T00:00:00Z";

    /// <summary>RFC 3339 with as many digits of the second as are not zero (Go's RFC3339Nano), UTC.</summary>
    internal static string Nano(DateTimeOffset? time) =>
        time is { } known ? known.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture) : Zero;

    /// <summary>RFC 3339 in whole seconds, UTC.</summary>
    internal static string Seconds(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
