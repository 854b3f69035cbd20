using System.Globalization;
using System.Text.RegularExpressions;

namespace Wharf.Engine.Containers;

/// <summary>Go's durations, as Docker's clients write them: <c>1h30m</c>, <c>1.5s</c>, <c>100ms</c>.</summary>
internal static partial class Durations
{
    /// <summary>As Go prints one: <c>1m30s</c>, <c>1.5s</c>, <c>250ms</c>.</summary>
    internal static string Format(TimeSpan duration)
    {
        if (duration < TimeSpan.FromSeconds(1))
        {
            return string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0.######}ms");
        }

        string seconds = string.Create(CultureInfo.InvariantCulture, $"{duration.Seconds + (duration.Ticks % TimeSpan.TicksPerSecond / (double)TimeSpan.TicksPerSecond):0.#########}s");
        long hours = (long)duration.TotalHours;
        return hours > 0 ? $"{hours}h{duration.Minutes}m{seconds}" : duration.Minutes > 0 ? $"{duration.Minutes}m{seconds}" : seconds;
    }

    internal static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (!Whole().IsMatch(text))
        {
            return false;
        }

        foreach (Match part in Part().Matches(text))
        {
            double number = double.Parse(part.Groups[1].Value, CultureInfo.InvariantCulture);
            double seconds = number * part.Groups[2].Value switch
            {
                "h" => 3600,
                "m" => 60,
                "s" => 1,
                "ms" => 1e-3,
                "ns" => 1e-9,
                _ => 1e-6,
            };
            if (seconds > TimeSpan.MaxValue.TotalSeconds / 2)
            {
                return false;
            }

            duration += TimeSpan.FromSeconds(seconds);
        }

        return true;
    }

    [GeneratedRegex(@"^(?:[0-9]{1,15}(?:\.[0-9]{1,9})?(?:h|m|s|ms|us|µs|ns)){1,6}$")]
    private static partial Regex Whole();

    [GeneratedRegex(@"([0-9]+(?:\.[0-9]+)?)(h|ms|us|µs|ns|m|s)")]
    private static partial Regex Part();
}
